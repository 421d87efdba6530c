"""Decoding with PyAV, for network streams and files alike."""

import io
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction

import av
import av.error
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from webapp.domain.cameras.source_limits import KEY_PATIENCE_S, SourceLimits
from webapp.errors import CameraEnded, CameraError, CameraHasNoVideo, CameraTimedOut
from webapp.vision.sources.failures import (
    camera_error,
    check_pixels,
    check_sides,
    no_picture_in_time,
    silence_ffmpeg,
    too_much_memory,
)
from webapp.vision.sources.pacing import RateLimit
from webapp.vision.sources.source import SourceFormat
from webapp.vision.sources.streams.fields import Deinterlacer
from webapp.vision.sources.streams.key_pictures import KeyPictures
from webapp.vision.sources.streams.shape import DisplayMatrices, PixelAspects, reduced
from webapp.vision.sources.streams.tracks import video_track
from webapp.vision.sources.timed_picture import BROKE, TimedPicture

# Formats of files that hold their pictures themselves. Playlists, `concat` and session descriptions (SDP) are not
# among them: they open whatever they name.
CONTAINERS = (
    "mov,matroska,webm,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,av1,obu,ivf,flv,asf,ogg,nut,mxf,dv,gif,mjpeg,mpjpeg,"
    "yuv4mpegpipe,image2,jpeg_pipe,png_pipe,webp_pipe,bmp_pipe,tiff_pipe"
)
_MOST_BROKEN_PACKETS = 200
# The highest analysis rate. What a camera sends beyond it would only take the others' processor time.
_MOST_FPS = 60.0
# FFmpeg takes the clock of a stream for its frame rate where nothing better is known, such as 90000.
_MOST_DECLARED_FPS = 1000.0
LEAST_SIDE_PX = 32
# FFmpeg says 25 for a stream that does not tell.
_WITHOUT_FPS = frozenset({"mpjpeg"})
# Each packet of these is a whole picture with its size at the front.
_STILLS = frozenset({"mjpeg", "png"})


def _never() -> bool:
    return False


class VideoDecoder:
    """The first video stream of one address.

    Attributes:
        received: how many pictures have come, those that were left out among them.
        undecoded: how many packets could not be decoded.
    """

    def __init__(
        self,
        url: str,
        *,
        options: Mapping[str, str],
        limits: SourceLimits,
        is_live: bool,
        is_hurried: bool = False,
        format_name: str | None = None,
    ) -> None:
        """Connect and find the video.

        Args:
            url: as FFmpeg takes it; may hold a password, and is not kept.
            options: FFmpeg's options.
            limits: time-outs and sizes.
            is_live: leave out pictures that come faster than any are analysed.
            is_hurried: decode several at once: sooner through a recording, for more memory, more processor time, and
                a delay of several pictures.
            format_name: of the container, as FFmpeg names it; None to find it out.

        Raises:
            CameraError: exactly why it cannot be opened.
        """
        silence_ffmpeg()
        self._read_timeout_s = limits.read_timeout_s
        self._max_width_px, self._max_pixels = limits.max_width_px, limits.max_pixels
        # Also what finds out what is sent decodes for that. Stamps that begin anew are not taken for an overflow, as if
        # a day lay between.
        options = {**options, "max_pixels": str(limits.max_pixels), "correct_ts_overflow": "0"}
        self._container = _open(url, format_name, options, (limits.open_timeout_s, limits.read_timeout_s))
        try:
            self._stream = video_track(self._container)
            context = self._stream.codec_context
            self._aspects = PixelAspects(self._stream)
            check_pixels(*self._aspects.shown_size(context.width, context.height), limits.max_pixels)
        except CameraError:
            self._container.close()
            raise
        context.options = {"max_pixels": str(limits.max_pixels)}
        self._stream.thread_type = "AUTO" if is_hurried else "SLICE"
        self._limit = RateLimit(_MOST_FPS if is_live else float("inf"))
        self._is_live = is_live
        self._reformatters = {"bgr24": VideoReformatter(), "gray": VideoReformatter()}
        self._matrices, self._deinterlacer = DisplayMatrices(), Deinterlacer()
        self._keys, self._keys_are_enough = KeyPictures(), _never
        self.received = self.undecoded = 0
        self._pictures = self._decode()

    @property
    def duration_s(self) -> float | None:
        """Length of a recording in seconds; None for a live stream."""
        duration_us = self._container.duration
        return duration_us / 1e6 if duration_us and duration_us > 0 else None

    @property
    def is_playlist(self) -> bool:
        """Whether it comes in parts that a playlist names (HLS): each as fast as it can be fetched."""
        return self._container.format.name == "hls"

    @property
    def frame_count(self) -> int:
        """Frames of a recording, as declared or reckoned; 0 where unknown."""
        return self._stream.frames or round((self.duration_s or 0.0) * self.fps)

    @property
    def fps(self) -> float:
        """Frames per second as declared; 0 where unknown."""
        if self._container.format.name in _WITHOUT_FPS:
            return 0.0
        rate: Fraction | None = self._stream.average_rate
        if not rate or rate < 1:  # A gap in its time makes the mean as good as nothing.
            rate = self._stream.guessed_rate
        return float(rate) if rate and rate < _MOST_DECLARED_FPS else 0.0

    @property
    def format(self) -> SourceFormat:
        """What is sent, as it comes out of here; the sides are not yet turned by a rotation of the stream."""
        context = self._stream.codec_context
        shown_px = self._aspects.shown_size(context.width, context.height)
        width_px, height_px = reduced(*shown_px, self._max_width_px)
        return SourceFormat(context.codec.canonical_name, width_px, height_px, round(self.fps, 3))

    def read(self) -> TimedPicture:
        """Wait for the next picture.

        Raises:
            CameraEnded: there are no more.
            CameraTimedOut: none came in time.
            CameraHasNoVideo: what comes cannot be decoded.
            CameraError: the connection broke.
        """
        began_s = time.monotonic()
        try:
            return self._picture(next(self._pictures))
        except StopIteration:
            raise self._or_late(CameraEnded("The stream came to its end."), began_s) from None
        except MemoryError:
            raise too_much_memory() from None
        except (av.error.FFmpegError, OSError) as error:
            raise self._or_late(camera_error(error, when_unknown=BROKE), began_s) from None

    def _or_late(self, error: CameraError, began_s: float) -> CameraError:
        """Return the error, or that no picture came in time where that is why.

        What is interrupted in the middle of a packet, or of waiting for a playlist, calls itself broken or ended.
        """
        is_late = time.monotonic() - began_s > 0.95 * self._read_timeout_s
        return no_picture_in_time(self._read_timeout_s) if is_late and isinstance(error, CameraEnded) else error

    def leave_out(self, *, above_fps: float, unreferenced: bool, keys_are_enough: Callable[[], bool] = _never) -> None:
        """Decode fewer pictures from the next one on; see `Source`.

        Args:
            above_fps: how many a second of a live stream are enough, where each stands alone.
            unreferenced: whether to leave out those that no other one is decoded from.
            keys_are_enough: asked at each picture that comes whether key pictures are enough just now.
        """
        context = self._stream.codec_context
        self._keys_are_enough = keys_are_enough
        context.skip_frame = "NONREF" if unreferenced else "DEFAULT"
        if self._is_live and context.name in _STILLS:
            self._limit.per_s = min(above_fps, _MOST_FPS)

    def close(self) -> None:
        """Disconnect; safe to call more than once."""
        self._container.close()
        self._pictures = iter(())  # It holds this decoder, and all its memory, until Python looks for such rings.

    def _decode(self) -> Iterator[VideoFrame]:
        broken, waiting_since_s, patience_s = 0, time.monotonic(), KEY_PATIENCE_S
        is_still = self._stream.codec_context.name in _STILLS
        for packet in self._container.demux(self._container.streams.video[self._stream_number]):
            self.received += packet.size > 0
            if packet.is_keyframe:
                patience_s = self._read_timeout_s
            if is_still and self._is_too_soon():
                continue
            packets = self._keys.due(packet, are_enough=self._can_wait_for_keys())
            if not packets:  # It is not late, it was not wanted.
                waiting_since_s = time.monotonic()
            for due in packets:
                try:
                    for frame in due.decode():
                        if due is packet and not self._is_too_soon():
                            self._limit.count(1, time.monotonic())
                            yield frame
                        broken, waiting_since_s = 0, time.monotonic()
                except (av.error.InvalidDataError, av.error.ArgumentError):
                    self._check_picture_in(due)
                    self.undecoded += 1
                    broken += 1  # A live stream may begin, or be damaged, in the middle of a picture.
            if broken > _MOST_BROKEN_PACKETS and patience_s == self._read_timeout_s:
                raise CameraHasNoVideo(
                    "Expected pictures, got packets that cannot be decoded: check the camera's codec."
                )
            if time.monotonic() - waiting_since_s > patience_s:
                raise no_picture_in_time(patience_s)

    def _can_wait_for_keys(self) -> bool:
        """Return whether key pictures are enough, of a stream whose pictures come out in the order they came in."""
        context = self._stream.codec_context
        return self._keys_are_enough() and not context.has_b_frames and context.name not in _STILLS

    def _is_too_soon(self) -> bool:
        return self._limit.wait_s(time.monotonic()) > 0

    def _check_picture_in(self, packet: "Packet[VideoStream]") -> None:
        """Say that it is too large if that is why a picture could not be decoded: FFmpeg itself does not."""
        if self._stream.codec_context.name in _STILLS:
            # Pillow is loaded by those cameras alone that send such a picture.
            from PIL.JpegImagePlugin import JpegImageFile
            from PIL.PngImagePlugin import PngImageFile

            still = {"mjpeg": JpegImageFile, "png": PngImageFile}[self._stream.codec_context.name]
            with suppress(OSError, SyntaxError, ValueError):  # What Pillow raises for what is damaged otherwise.
                check_pixels(*still(io.BytesIO(bytes(packet))).size, self._max_pixels)

    @property
    def _stream_number(self) -> int:
        return list(self._container.streams.video).index(self._stream)

    def _picture(self, frame: VideoFrame) -> TimedPicture:
        shown_px = self._aspects.shown_size(frame.width, frame.height)
        check_pixels(*shown_px, self._max_pixels)
        size_px = reduced(*shown_px, self._max_width_px)
        check_sides(*shown_px, least_px=LEAST_SIDE_PX * shown_px[0] / size_px[0])
        return TimedPicture(frame, size_px, self._reformatters, self._matrices, self._deinterlacer)


def _open(
    url: str, format_name: str | None, options: Mapping[str, str], timeout_s: tuple[float, float]
) -> InputContainer:
    began_s = time.monotonic()
    try:
        return av.open(
            url, mode="r", format=format_name, options=dict(options), timeout=timeout_s, metadata_errors="ignore"
        )
    except MemoryError:
        raise too_much_memory() from None
    except av.error.EOFError:
        raise CameraHasNoVideo("Expected a video stream, got an empty answer: check the path of the address.") from None
    except (av.error.FFmpegError, OSError, ValueError) as error:
        # RTSP that is interrupted in the middle of a handshake calls it invalid data.
        if time.monotonic() - began_s > 0.95 * timeout_s[0]:
            raise CameraTimedOut(
                "The camera did not answer within %(timeout_s)s s: "
                "check the address and the network, and that the camera is not overloaded.",
                timeout_s=f"{timeout_s[0]:g}",
            ) from None
        raise camera_error(error) from None
