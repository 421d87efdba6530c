"""A camera over HTTP: asked first, then read picture by picture, or by FFmpeg where it sends a film."""

import re
import time
from collections.abc import Callable

from webapp.domain.cameras.addresses.snapshot_cameras import http_url
from webapp.domain.cameras.cameras import CameraAddress, CameraKind
from webapp.domain.cameras.source_limits import SourceLimits
from webapp.errors import CameraError
from webapp.vision.sources.http.client import Answer, HTTPClient
from webapp.vision.sources.http.pictures import Pictures, pictures_of
from webapp.vision.sources.network import NetworkSource
from webapp.vision.sources.source import SourceFormat
from webapp.vision.sources.timed_picture import TimedPicture

# What begins with a picture, or with the boundary of one, is pictures, whatever it calls itself.
_PICTURES = re.compile(
    rb"\s*(?:\xff\xd8\xff|\x89PNG\r\n\x1a\n|--[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*"
    rb"(?:Content-Type: *image/|\r?\n(?:\xff\xd8\xff|\x89PNG\r\n\x1a\n)))",
    re.I,
)
_START_BYTES = 512


class HTTPSource:
    """A camera at an address of HTTP; what it sends says how it is read."""

    def __init__(self, address: CameraAddress, limits: SourceLimits) -> None:
        """Call nobody yet."""
        self._address, self._limits = address, limits
        self._source: Pictures | NetworkSource | None = None

    def open(self) -> SourceFormat:
        """Connect; see `Source.open`."""
        self.close()
        self._source = self._found()
        return self._source.open()

    def read(self) -> TimedPicture:
        """Wait for the next picture; see `Source.read`."""
        if self._source is None:
            raise CameraError("Expected an open camera: call open first.")
        return self._source.read()

    @property
    def received(self) -> int:
        """How many pictures have come, those that were left out among them."""
        return self._source.received if self._source else 0

    def leave_out(self, *, above_fps: float, unreferenced: bool, keys_are_enough: Callable[[], bool]) -> None:
        """Decode fewer pictures; see `Source.leave_out`."""
        if self._source is not None:
            self._source.leave_out(above_fps=above_fps, unreferenced=unreferenced, keys_are_enough=keys_are_enough)

    def close(self) -> None:
        """Disconnect."""
        if self._source is not None:
            self._source.close()
        self._source = None

    def _found(self) -> Pictures | NetworkSource:
        """Ask the camera, and return what reads its answer."""
        client = HTTPClient(self._address, self._limits.open_timeout_s)
        is_single = self._address.kind is CameraKind.SNAPSHOT
        try:
            answer = client.get()
            if is_single or _sends_pictures(answer, time.monotonic() + self._limits.read_timeout_s):
                return pictures_of(client, answer, self._limits, is_single=is_single)
        except CameraError:
            client.close()
            raise
        client.close()
        if http_url(self._address.full_url).startswith("https:"):
            client.login.check_common()  # FFmpeg talks to it through a tunnel, and logs in by itself.
        return NetworkSource(self._address, self._limits, client.own_fields)


def _sends_pictures(answer: Answer, deadline_s: float) -> bool:
    """Return whether an answer is pictures that stand alone, by what it says or by how it begins."""
    if answer.is_pictures:
        return True
    start = b""
    try:
        while len(start) < _START_BYTES and (piece := answer.piece(deadline_s)):
            start += piece
            if _PICTURES.match(start):
                break
    except TimeoutError:
        pass  # Nothing came yet: FFmpeg waits as long as it may.
    answer.put_back(start)
    return _PICTURES.match(start) is not None
