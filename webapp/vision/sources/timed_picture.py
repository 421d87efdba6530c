"""One decoded picture of a stream, in the colours of the stream until others are asked for."""

from collections.abc import Mapping
from functools import cached_property

import av.error
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from webapp.domain.vision.frames import ImageBGR, ImageGray
from webapp.errors import CameraEnded
from webapp.vision.sources.failures import camera_error, too_much_memory
from webapp.vision.sources.streams.colours import as_on_a_screen
from webapp.vision.sources.streams.fields import Deinterlacer
from webapp.vision.sources.streams.shape import DisplayMatrices

BROKE = CameraEnded("The connection to the camera broke.")


class TimedPicture:
    """One decoded picture, not yet in colours.

    Attributes:
        time_s: its time stamp on the stream's own line; None where the stream has none.
        size_px: width and height that it has before it is turned upright.
    """

    def __init__(
        self,
        frame: VideoFrame,
        size_px: tuple[int, int],
        reformatters: Mapping[str, VideoReformatter],
        matrices: DisplayMatrices,
        deinterlacer: Deinterlacer | None = None,
    ) -> None:
        """Convert nothing yet.

        Args:
            frame: as it was decoded.
            size_px: width and height that it is to have, before it is turned upright.
            reformatters: pixel format → what converts to it; it prepares itself once for all pictures of one size.
            matrices: how the stream's pictures are turned.
            deinterlacer: makes whole pictures of the stream's interlaced ones; None where there are none.
        """
        self.time_s = frame.time
        self.size_px = size_px
        self._frame, self._reformatters, self._matrices = frame, reformatters, matrices
        self._deinterlacer = deinterlacer

    @cached_property
    def image_bgr(self) -> ImageBGR:
        """It as uint8, (height, width, 3), BGR; see `Picture`."""
        frame = self._whole()
        width_px, height_px = self.size_px
        is_reduced = width_px * height_px < self._frame.width * self._frame.height
        is_stretched = not is_reduced and self.size_px != (self._frame.width, self._frame.height)
        interpolation = "AREA" if is_reduced else "BICUBIC" if is_stretched else None
        return np.ascontiguousarray(self._converted(frame, self.size_px, "bgr24", interpolation))

    def reduced_gray(self, width_px: int, height_px: int) -> ImageGray:
        """Return it in shades of grey and much smaller; see `Picture`."""
        return self._converted(self._frame, (width_px, height_px), "gray", "AREA")

    def _whole(self) -> VideoFrame:
        try:
            return self._deinterlacer.whole(self._frame) if self._deinterlacer else self._frame
        except MemoryError:
            raise too_much_memory() from None

    def _converted(
        self, frame: VideoFrame, size_px: tuple[int, int], pixels: str, interpolation: str | None
    ) -> NDArray[np.uint8]:
        try:
            converted = self._reformatters[pixels].reformat(
                frame, *size_px, format=pixels, interpolation=interpolation, threads=1
            )
            image = as_on_a_screen(np.asarray(converted.to_ndarray(), dtype=np.uint8), self._frame)
            return self._matrices.upright(image, self._frame)
        except MemoryError:
            raise too_much_memory() from None
        except (av.error.FFmpegError, OSError) as error:
            raise camera_error(error, when_unknown=BROKE) from None
