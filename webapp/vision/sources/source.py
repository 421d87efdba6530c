"""What every camera looks like from inside: opened once, read picture by picture, closed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from webapp.domain.vision.frames import ImageBGR, ImageGray

_SAMPLES = 4


@dataclass(frozen=True)
class SourceFormat:
    """What a source sends.

    Attributes:
        codec: as FFmpeg names it, such as `h264`; `raw` where pictures come uncompressed.
        width_px: width of the pictures that `read` returns.
        height_px: height of them.
        fps: frames per second as declared; 0 where unknown.
    """

    codec: str
    width_px: int
    height_px: int
    fps: float


class Picture(Protocol):
    """One picture as it came. Its colours take processor time, so they are made when they are asked for."""

    @property
    def image_bgr(self) -> ImageBGR:
        """It as uint8, (height, width, 3), BGR, no wider than `SourceLimits.max_width_px`; the caller may keep it.

        Raises:
            CameraError: it cannot be had in these colours.
        """

    def reduced_gray(self, width_px: int, height_px: int) -> ImageGray:
        """Return it in shades of grey and much smaller: uint8, (height, width); sides exchanged if it is on its side.

        Raises:
            CameraError: as above.
        """


@dataclass(frozen=True)
class ColourPicture:
    """A picture that comes in colours.

    Attributes:
        image_bgr: uint8, (height, width, 3), BGR.
    """

    image_bgr: ImageBGR = field(repr=False)

    def reduced_gray(self, width_px: int, height_px: int) -> ImageGray:
        """Return its green in few pixels; see `Picture`."""
        rows, columns = (
            np.linspace(0, side_px - 1, count * _SAMPLES).astype(np.intp)
            for side_px, count in zip(self.image_bgr.shape, (height_px, width_px), strict=False)
        )
        samples = self.image_bgr[rows[:, np.newaxis], columns, 1]
        means = samples.reshape(height_px, _SAMPLES, width_px, _SAMPLES).mean(axis=(1, 3))
        return np.asarray(means, dtype=np.uint8)


class ColourSource:
    """What the sources have in common whose pictures come in colours one by one: none of them can be left out.

    Attributes:
        received: how many pictures have come.
    """

    received = 0

    def leave_out(self, *, above_fps: float, unreferenced: bool, keys_are_enough: Callable[[], bool]) -> None:
        """Leave out nothing: it would save nothing."""

    def received_picture(self, image_bgr: ImageBGR) -> ColourPicture:
        """Count a picture and return it as one.

        Args:
            image_bgr: uint8, (height, width, 3), BGR.
        """
        self.received += 1
        return ColourPicture(image_bgr)


class Source(Protocol):
    """One camera's connection. Not thread-safe; after an error it is closed and made again."""

    @property
    def received(self) -> int:
        """How many pictures have come, those that were left out among them."""

    def open(self) -> SourceFormat:
        """Connect.

        Raises:
            CameraError: exactly why it cannot; the message holds neither password nor address.
        """

    def read(self) -> Picture:
        """Wait for the next picture, at most the read time-out.

        Raises:
            CameraError: exactly why there is none.
        """

    def leave_out(self, *, above_fps: float, unreferenced: bool, keys_are_enough: Callable[[], bool]) -> None:
        """Decode fewer pictures from the next one on; where nothing is saved by it, as many as before.

        Args:
            above_fps: how many a second are enough of those that can be decoded without the others.
            unreferenced: whether to leave out those that no other one is decoded from.
            keys_are_enough: asked at each picture that comes whether those are enough just now that are decoded
                without any other, as far as they come every two seconds or so, and those in which something changes.
        """

    def close(self) -> None:
        """Let go of the camera; safe to call at any time and more than once."""
