"""Pictures over HTTP that stand alone: a stream of them in one answer, or one in each."""

import time
from collections.abc import Callable
from typing import Protocol

from webapp.domain.cameras.source_limits import SINGLE_PICTURES, SourceLimits
from webapp.errors import CameraEnded, CameraError, CameraRefusedCredentials
from webapp.vision.sources.http.client import Answer, HTTPClient
from webapp.vision.sources.http.picture_decoder import PictureDecoder, codec_of
from webapp.vision.sources.http.reading import PictureReader, cannot_be_decoded
from webapp.vision.sources.pacing import RateLimit
from webapp.vision.sources.source import SourceFormat
from webapp.vision.sources.timed_picture import TimedPicture

_MOST_FPS = 60.0
_MOST_BROKEN = 200
# How long an answer without a length may take to go on after its first picture.
_MAY_GO_ON_S = 1.0
_END_WAIT_S = 0.2
_FIRST_RETRY_S = 0.25
# A picture that stays the same is handed on again after so long, and after this share of a shorter read time-out: its
# camera works, and must not be taken for a stalled one.
_AGAIN_S = 3.0
_AGAIN_SHARE = 0.6


class Pictures(Protocol):
    """A camera's answers that are being read."""

    received: int

    def open(self) -> SourceFormat:
        """Return what comes."""

    def read(self) -> TimedPicture:
        """Wait for the next picture."""

    def leave_out(self, *, above_fps: float, unreferenced: bool, keys_are_enough: Callable[[], bool]) -> None:
        """Decode fewer pictures."""

    def close(self) -> None:
        """Disconnect."""


def pictures_of(client: HTTPClient, answer: Answer, limits: SourceLimits, *, is_single: bool) -> Pictures:
    """Wait for the first picture of an answer, and return what reads all that come.

    Args:
        client: asks again where one picture was all.
        answer: the first one.
        limits: time-outs and sizes, and how often single pictures are asked for.
        is_single: take one picture of each answer, whatever else it holds.

    Raises:
        CameraError: why no picture comes.
    """
    reader = PictureReader(answer)
    first = reader.next(limits.read_timeout_s)
    if is_single or not reader.goes_on(_MAY_GO_ON_S):
        return SinglePictures(client, first, limits)
    return StreamedPictures(client, reader, first, limits)


class StreamedPictures:
    """Pictures that come one after the other in one answer, as fast as the camera sends them.

    Attributes:
        received: how many have come.
    """

    def __init__(self, client: HTTPClient, reader: PictureReader, first: bytes, limits: SourceLimits) -> None:
        """Take up an answer after its first picture."""
        self.received = 0
        self._client, self._reader, self._limits = client, reader, limits
        self._first: bytes | None = first
        self._decoder = PictureDecoder(limits)
        self._opened_with: TimedPicture | None = None
        self._rate = RateLimit(_MOST_FPS)

    def open(self) -> SourceFormat:
        """Decode the first picture; see `Source.open`."""
        codec = codec_of(self._first or b"")
        self._opened_with = self._next()
        return SourceFormat(codec, *self._opened_with.size_px, 0.0)

    def read(self) -> TimedPicture:
        """Wait for the next picture; see `Source.read`."""
        opened_with, self._opened_with = self._opened_with, None
        return opened_with or self._next()

    def leave_out(self, *, above_fps: float, unreferenced: bool, keys_are_enough: Callable[[], bool]) -> None:
        """Decode fewer pictures; see `Source.leave_out`."""
        self._rate.per_s = min(above_fps, _MOST_FPS)

    def close(self) -> None:
        """Disconnect."""
        self._client.close()

    def _next(self) -> TimedPicture:
        broken, since_s = 0, time.monotonic()
        while True:
            encoded, now_s = self._encoded(), time.monotonic()
            self.received += 1
            if self._rate.wait_s(now_s) > 0:
                continue
            picture = self._decoder.decode(encoded)
            if picture is not None:
                self._rate.count(1, now_s)
                return picture
            broken += 1
            if broken > _MOST_BROKEN or now_s - since_s > self._limits.read_timeout_s:
                raise cannot_be_decoded()

    def _encoded(self) -> bytes:
        first, self._first = self._first, None
        if first:
            return first
        try:
            return self._reader.next(self._limits.read_timeout_s)
        except CameraEnded:
            if self._reader.count != 1:
                raise
        # A multipart answer with one picture is a single picture all the same.
        time.sleep(1.0 / self._limits.snapshot_fps)
        self._reader = PictureReader(self._client.get())
        return self._reader.next(self._limits.read_timeout_s)


class SinglePictures:
    """An address that answers with one picture: it is asked again and again, one question at a time.

    Attributes:
        received: how many have come; one that is the same as before is none.
    """

    def __init__(self, client: HTTPClient, first: bytes, limits: SourceLimits) -> None:
        """Take up the camera after its first picture."""
        self.received = 0
        self._client, self._limits = client, limits
        self._first: bytes | None = first
        self._decoder = PictureDecoder(limits)
        self._encoded = b""
        self._picture: TimedPicture | None = None
        self._opened_with: TimedPicture | None = None
        self._handed_on_s = self._came_s = self._due_s = time.monotonic()

    def open(self) -> SourceFormat:
        """Decode the first picture; see `Source.open`."""
        self._opened_with = self.read()
        return SourceFormat(SINGLE_PICTURES, *self._opened_with.size_px, self._limits.snapshot_fps)

    def read(self) -> TimedPicture:
        """Wait for a picture that is not the one of before; see `Source.read`."""
        if self._opened_with is not None:
            opened_with, self._opened_with = self._opened_with, None
            return opened_with
        while True:
            encoded = self._next()
            if encoded != self._encoded:
                self._take(encoded)
                if self._picture is not None:
                    break
            elif self._picture is not None and self._is_long_since(
                min(_AGAIN_S, _AGAIN_SHARE * self._limits.read_timeout_s)
            ):
                break
            if self._picture is None and self._is_long_since(self._limits.read_timeout_s):
                raise cannot_be_decoded()
        self._handed_on_s = time.monotonic()
        return self._picture

    def leave_out(self, *, above_fps: float, unreferenced: bool, keys_are_enough: Callable[[], bool]) -> None:
        """Leave out nothing: no more are asked for than are wanted."""

    def close(self) -> None:
        """Disconnect."""
        self._client.close()

    def _take(self, encoded: bytes) -> None:
        self._encoded = encoded
        self.received += 1
        self._picture = self._decoder.decode(encoded)

    def _is_long_since(self, seconds: float) -> bool:
        return time.monotonic() - self._handed_on_s > seconds

    def _next(self) -> bytes:
        """Ask when it is time; what goes wrong once is asked for again, each time later, until the read time-out."""
        first, self._first = self._first, None
        retry_s = _FIRST_RETRY_S
        while first is None:
            self._wait()
            try:
                first = self._asked()
            except CameraRefusedCredentials:
                raise
            except CameraError:
                self._client.close()
                if time.monotonic() + retry_s - self._came_s > self._limits.read_timeout_s:
                    raise
                time.sleep(retry_s)
                retry_s *= 2
        self._came_s = time.monotonic()
        return first

    def _wait(self) -> None:
        """Wait until it is time; an answer that was late is not made up for."""
        time.sleep(max(0.0, self._due_s - time.monotonic()))
        self._due_s = max(self._due_s, time.monotonic()) + 1.0 / self._limits.snapshot_fps

    def _asked(self) -> bytes:
        reader = PictureReader(answer := self._client.get())
        encoded = reader.next(self._limits.read_timeout_s)
        answer.look_for_end(time.monotonic() + _END_WAIT_S)
        return encoded
