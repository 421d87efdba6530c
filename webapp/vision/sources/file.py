"""A recording on this machine, played again and again at its own frame rate."""

from pathlib import Path

from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.vision.frames import ImageBGR
from webapp.errors import CameraEnded, CameraError, CameraHasNoVideo, CameraPictureTooLarge, CameraUnreachable
from webapp.vision.sources.decoding import CONTAINERS, VideoDecoder
from webapp.vision.sources.pacing import Pace
from webapp.vision.sources.source import SourceFormat, SourceLimits


class FileSource:
    """A video file as a camera."""

    def __init__(self, address: CameraAddress, limits: SourceLimits) -> None:
        self._path = Path(address.path).expanduser()
        self._limits = limits
        self._decoder: VideoDecoder | None = None
        self._pace = Pace(0.0, longest_wait_s=limits.read_timeout_s)

    def open(self) -> SourceFormat:
        """Open the file; see `Source.open`."""
        self.close()
        self._decoder = open_recording(self._path, self._limits)
        self._pace = Pace(self._decoder.fps, longest_wait_s=self._limits.read_timeout_s)
        return self._decoder.format

    def read(self) -> ImageBGR:
        """Wait until the next picture is due; see `Source.read`."""
        if self._decoder is None:
            raise CameraError("Expected an open camera: call open first.")
        try:
            picture = self._decoder.read()
        except CameraEnded:
            self._decoder.rewind()
            self._pace.restart()
            picture = self._decoder.read()
        self._pace.wait(picture.time_s)
        return picture.image_bgr

    def close(self) -> None:
        """Close the file."""
        if self._decoder is not None:
            self._decoder.close()
            self._decoder = None


def open_recording(path: Path, limits: SourceLimits) -> VideoDecoder:
    """Open a video file, to be read as fast as it can be decoded.

    Raises:
        CameraUnreachable: there is no such file, or it cannot be read.
        CameraHasNoVideo: it is no video.
    """
    if not path.exists():
        raise CameraUnreachable(
            "Expected a video file, but there is none named '%(name)s': check the path.", name=path.name
        )
    if not path.is_file():
        raise CameraHasNoVideo(
            "Expected a video file, but '%(name)s' is not a file: give the path of a video.", name=path.name
        )
    try:
        return VideoDecoder(
            f"file:{path.resolve()}",
            # Neither the file nor its name (a pattern) may open another one.
            options={"protocol_whitelist": "file", "format_whitelist": CONTAINERS, "pattern_type": "none"},
            limits=limits,
            is_live=False,
        )
    except CameraPictureTooLarge:
        raise
    except CameraHasNoVideo:
        message = f"Expected a video, but '{path.name}' cannot be decoded as one: give a file such as MP4, MKV or AVI."
        raise CameraHasNoVideo(message) from None
    except CameraUnreachable:
        raise CameraUnreachable("The file '%(name)s' cannot be read: check its permissions.", name=path.name) from None
