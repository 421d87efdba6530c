"""MJPEG: the newest frame to each viewer, and no queue anywhere."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from webapp.services.dashboard.live_frames import LiveFrames
from webapp.settings import REPOSITORY_DIR
from webapp.web.core.logins import SessionLease

BOUNDARY = "frame"
MIME_TYPE = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
POLL_S = 0.03
RESEND_S = 2.0


@dataclass(eq=False)
class StreamPlace:
    """The place of one viewer.

    Attributes:
        lease: the session that it was taken with.
        is_over: whether the viewer has to go.
    """

    lease: SessionLease
    is_over: bool = False

    def may_go_on(self) -> bool:
        """Return whether the viewer may see more."""
        return not self.is_over


@dataclass
class StreamViewers:
    """The open streams of this process.

    Attributes:
        limit: how many there may be.
        limit_per_person: how many of one person: nobody takes the places of all others.
    """

    limit: int
    limit_per_person: int
    _places: list[StreamPlace] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many are open."""
        return len(self._places)

    def __iter__(self) -> Iterator[StreamPlace]:
        """Iterate over a copy: one may leave meanwhile."""
        return iter(list(self._places))

    @property
    def is_full(self) -> bool:
        """Return whether one more is too many."""
        return self.count >= self.limit

    def is_full_for(self, user_id: int) -> bool:
        """Return whether one more of this person is too many."""
        return sum(place.lease.user_id == user_id for place in self._places) >= self.limit_per_person

    def take(self, place: StreamPlace) -> None:
        """Count a viewer."""
        self._places.append(place)

    def leave(self, place: StreamPlace) -> None:
        """Give a place back, once or more often."""
        if place in self._places:
            self._places.remove(place)

    def end(self, is_over: Callable[[SessionLease], bool]) -> None:
        """Let viewers see nothing more."""
        for place in self._places:
            place.is_over = place.is_over or is_over(place.lease)


class CountedParts:
    """A stream's parts that give the viewer's place back when the server closes them, begun or not."""

    def __init__(self, viewers: StreamViewers, place: StreamPlace, parts: Iterator[bytes]) -> None:
        """Take the place."""
        self._viewers, self._place, self._parts = viewers, place, parts
        viewers.take(place)

    def __iter__(self) -> Iterator[bytes]:
        """Iterate once."""
        return self._parts

    def close(self) -> None:
        """Give the place back."""
        self._viewers.leave(self._place)


@dataclass
class MJPEGStream:
    """The parts of one viewer's stream.

    Attributes:
        live: where the frames come from.
        camera_id: whose.
        may_go_on: asked before each part and while there is none; the stream ends on False.
        sleep: waits without holding up anyone else.
        monotonic_s: the time, in seconds.
    """

    live: LiveFrames
    camera_id: int
    may_go_on: Callable[[], bool]
    sleep: Callable[[float], None]
    monotonic_s: Callable[[], float] = field(default=time.monotonic)

    def parts(self) -> Iterator[bytes]:
        """Yield one part per new frame; the last one again every two seconds, so that a vanished viewer is noticed."""
        yield f"--{BOUNDARY}\r\n".encode()
        sent_sequence, sent_at = -1, -RESEND_S
        while self.may_go_on():
            now = self.monotonic_s()
            sequence = self.live.sequence(self.camera_id)
            if sequence != sent_sequence or now - sent_at >= RESEND_S:
                sent_sequence, sent_at = sequence, now
                yield self._part()
            self.sleep(POLL_S)

    def _part(self) -> bytes:
        frame = self.live.newest(self.camera_id)
        jpeg = frame.jpeg if frame else no_picture()
        head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
        # The boundary behind the picture tells the browser that it is complete: it is shown now, not with the next.
        return head + jpeg + f"\r\n--{BOUNDARY}\r\n".encode()


@lru_cache(maxsize=1)
def no_picture() -> bytes:
    """Return what is shown of a camera that sends nothing."""
    return (REPOSITORY_DIR / "static" / "img" / "no-picture.jpg").read_bytes()
