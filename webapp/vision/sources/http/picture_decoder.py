"""Decodes pictures that stand alone: JPEG, PNG, BMP and WebP, each as it came."""

import io
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

import av
import av.error
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from webapp.domain.cameras.source_limits import SourceLimits
from webapp.vision.sources.decoding import LEAST_SIDE_PX
from webapp.vision.sources.failures import check_pixels, check_sides, silence_ffmpeg, too_much_memory
from webapp.vision.sources.streams.shape import DisplayMatrices, reduced
from webapp.vision.sources.timed_picture import TimedPicture

# By their first two bytes.
_CODECS: Mapping[bytes, str] = {b"\xff\xd8": "mjpeg", b"\x89P": "png", b"BM": "bmp", b"RI": "webp"}
_DAMAGED = (av.error.InvalidDataError, av.error.ArgumentError, av.error.EOFError, av.error.PatchWelcomeError)


class PictureDecoder:
    """Decodes one picture after the other; each may have another size, or be of another kind."""

    def __init__(self, limits: SourceLimits) -> None:
        """Prepare nothing yet.

        Args:
            limits: how large pictures may be.
        """
        silence_ffmpeg()
        self._limits = limits
        self._contexts: dict[str, VideoCodecContext] = {}
        self._reformatters = {"bgr24": VideoReformatter(), "gray": VideoReformatter()}
        self._matrices = DisplayMatrices()

    def decode(self, encoded: bytes) -> TimedPicture | None:
        """Decode a picture; None where it is damaged.

        Raises:
            CameraPictureTooLarge: it has too many pixels, or needs too much memory.
            CameraHasNoVideo: nothing can be seen in it.
        """
        packet = Packet(encoded)
        packet.is_keyframe = True  # Or a PNG is added to the one before.
        try:
            frames = self._context(codec_of(encoded)).decode(packet)
        except MemoryError:
            raise too_much_memory() from None
        except _DAMAGED:
            self._check_size(encoded)
            return None
        return self._picture(frames[-1]) if frames else None

    def _context(self, codec: str) -> VideoCodecContext:
        if codec not in self._contexts:
            context = cast(VideoCodecContext, VideoCodecContext.create(codec, "r"))
            context.options = {"max_pixels": str(self._limits.max_pixels)}
            context.thread_count = 1  # Several would hand on each picture when the next ones come.
            self._contexts[codec] = context
        return self._contexts[codec]

    def _picture(self, frame: VideoFrame) -> TimedPicture:
        check_pixels(frame.width, frame.height, self._limits.max_pixels)
        size_px = reduced(frame.width, frame.height, self._limits.max_width_px)
        check_sides(frame.width, frame.height, least_px=LEAST_SIDE_PX * frame.width / size_px[0])
        return TimedPicture(frame, size_px, self._reformatters, self._matrices)

    def _check_size(self, encoded: bytes) -> None:
        """Say that it is too large if that is why it could not be decoded: FFmpeg itself does not."""
        from PIL.BmpImagePlugin import BmpImageFile  # Loaded by those cameras alone that send such a picture.
        from PIL.JpegImagePlugin import JpegImageFile
        from PIL.PngImagePlugin import PngImageFile

        plugins: Mapping[str, Any] = {"mjpeg": JpegImageFile, "png": PngImageFile, "bmp": BmpImageFile}
        with suppress(OSError, SyntaxError, ValueError, KeyError):  # What Pillow raises for what is damaged otherwise.
            width_px, height_px = plugins[codec_of(encoded)](io.BytesIO(encoded)).size
            check_pixels(width_px, height_px, self._limits.max_pixels)


def codec_of(encoded: bytes) -> str:
    """Return what a picture is coded with, as FFmpeg names it."""
    return _CODECS.get(encoded[:2], "mjpeg")
