"""A recording on this machine, played again and again at its own frame rate."""

from collections.abc import Callable
from pathlib import Path

from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.cameras.source_limits import SourceLimits
from webapp.errors import CameraEnded, CameraError, CameraHasNoVideo, CameraPictureTooLarge, CameraUnreachable
from webapp.vision.sources.decoding import CONTAINERS, VideoDecoder
from webapp.vision.sources.pacing import Pace
from webapp.vision.sources.source import SourceFormat
from webapp.vision.sources.streams.tracks import is_without_video
from webapp.vision.sources.timed_picture import TimedPicture

# Known to say that there is no video in them, and not that they cannot be read.
_SOUND = "mp3,aac,flac,wav"


class FileSource:
    """A video file as a camera."""

    def __init__(self, address: CameraAddress, limits: SourceLimits) -> None:
        self._path = Path(address.path).expanduser()
        self._limits = limits
        self._decoder: VideoDecoder | None = None
        self._pace = Pace(0.0, longest_wait_s=limits.read_timeout_s)
        self._received_before = 0

    def open(self) -> SourceFormat:
        """Open the file; see `Source.open`."""
        self.close()
        self._decoder = open_recording(self._path, self._limits, is_hurried=False)
        self._pace = Pace(self._decoder.fps, longest_wait_s=self._limits.read_timeout_s)
        return self._decoder.format

    def read(self) -> TimedPicture:
        """Wait until the next picture is due; see `Source.read`."""
        if self._decoder is None:
            raise CameraError("Expected an open camera: call open first.")
        try:
            picture = self._decoder.read()
        except CameraEnded:
            picture = self._first_of(self._begin_again())
        self._pace.wait(picture.time_s)
        return picture

    def _first_of(self, decoder: VideoDecoder) -> TimedPicture:
        """Return the first picture of a file.

        Raises:
            CameraHasNoVideo: none of it can be decoded, such as an animation in WebP.
        """
        try:
            return decoder.read()
        except CameraEnded:
            raise _undecodable(self._path) from None

    def _begin_again(self) -> VideoDecoder:
        """Open the file anew, as many cannot be rewound; the pace goes on."""
        self._received_before = self.received
        if self._decoder is not None:
            self._decoder.close()
        self._decoder = open_recording(self._path, self._limits, is_hurried=False)
        return self._decoder

    @property
    def received(self) -> int:
        """How many pictures were read."""
        return self._received_before + (self._decoder.received if self._decoder else 0)

    def leave_out(self, *, above_fps: float, unreferenced: bool, keys_are_enough: Callable[[], bool]) -> None:
        """Decode fewer pictures; see `Source.leave_out`."""
        if self._decoder is not None:
            self._decoder.leave_out(above_fps=above_fps, unreferenced=unreferenced, keys_are_enough=keys_are_enough)

    def close(self) -> None:
        """Close the file."""
        if self._decoder is not None:
            self._decoder.close()
            self._decoder = None


def open_recording(path: Path, limits: SourceLimits, *, is_hurried: bool = True) -> VideoDecoder:
    """Open a video file.

    Args:
        path: where it is.
        limits: how large its pictures may be.
        is_hurried: whether it is to be read as fast as it can be decoded.

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
            options={
                "protocol_whitelist": "file",
                "format_whitelist": f"{CONTAINERS},{_SOUND}",
                "pattern_type": "none",
            },
            limits=limits,
            is_live=False,
            is_hurried=is_hurried,
        )
    except CameraPictureTooLarge:
        raise
    except CameraHasNoVideo as error:
        if is_without_video(error):
            raise CameraHasNoVideo(
                "Expected a video, but '%(name)s' has no video, only sound or a cover: give a whole file such as MP4, "
                "MKV or AVI.",
                name=path.name,
            ) from None
        raise _undecodable(path) from None
    except CameraUnreachable:
        raise CameraUnreachable("The file '%(name)s' cannot be read: check its permissions.", name=path.name) from None


def _undecodable(path: Path) -> CameraHasNoVideo:
    return CameraHasNoVideo(
        "Expected a video, but '%(name)s' cannot be decoded as one: give a whole file such as MP4, MKV or AVI.",
        name=path.name,
    )
