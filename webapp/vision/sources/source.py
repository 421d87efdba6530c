"""What every camera looks like from inside: opened once, read picture by picture, closed."""

from dataclasses import dataclass
from typing import Protocol

from webapp.domain.vision.frames import ImageBGR


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


@dataclass(frozen=True)
class SourceLimits:
    """How long a source waits, and how large its pictures may be.

    Attributes:
        open_timeout_s: seconds to connect; more lets slow cameras in, and shows later that one is away.
        read_timeout_s: seconds to wait for the next picture.
        max_width_px: wider pictures, and those of more than twice this height, are reduced after decoding.
        max_megapixels: larger pictures, in millions of pixels, are not decoded at all.
    """

    open_timeout_s: float = 5.0
    read_timeout_s: float = 5.0
    max_width_px: int = 1920
    max_megapixels: int = 40

    @property
    def max_pixels(self) -> int:
        """Most pixels of a picture."""
        return self.max_megapixels * 10**6


class Source(Protocol):
    """One camera's connection. Not thread-safe; after an error it is closed and made again."""

    def open(self) -> SourceFormat:
        """Connect.

        Raises:
            CameraError: exactly why it cannot; the message holds neither password nor address.
        """

    def read(self) -> ImageBGR:
        """Wait for the next picture, at most the read time-out.

        Returns:
            uint8, (height, width, 3), BGR, no wider than `SourceLimits.max_width_px`; the caller may keep it.

        Raises:
            CameraError: exactly why there is none.
        """

    def close(self) -> None:
        """Let go of the camera; safe to call at any time and more than once."""
