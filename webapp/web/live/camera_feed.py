"""The pictures of one camera as the parts of an MJPEG stream: each is read and wrapped once for all its viewers."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from weakref import WeakValueDictionary

from webapp.services.dashboard.live_frames import LiveFrames, PictureUse
from webapp.settings import REPOSITORY_DIR
from webapp.web.live.awaited_pictures import DRAWN_WITHIN_S

BOUNDARY = "frame"
MIME_TYPE = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
POLL_S = 0.03
RESEND_S = 2.0
# So often a viewer is asked whether it may go on, also while there is nothing to send.
_AWAITED_S = 0.5


@dataclass(eq=False)
class CameraFeed:
    """The newest part of one camera's stream; of its viewers one looks for the next, and the others wait for it.

    Attributes:
        live: where the pictures come from.
        camera_id: whose.
        sleep: waits without holding up anyone else.
        new_event: makes what viewers wait for, likewise.
        monotonic_s: the time, in seconds.
        part: what is to be sent; empty until there is anything.
        number: counts the parts.
    """

    live: LiveFrames
    camera_id: int
    sleep: Callable[[float], None]
    new_event: Callable[[], threading.Event] = threading.Event
    monotonic_s: Callable[[], float] = time.monotonic
    part: bytes = field(default=b"", repr=False)
    number: int = 0
    _sequence: int = -1
    _made_s: float = 0.0
    _is_looked_for: bool = False

    def __post_init__(self) -> None:
        """Give vision the time to draw the first picture before saying that there is none."""
        self._news = self.new_event()
        self._none_from_s = self.monotonic_s() + DRAWN_WITHIN_S

    def parts(self, may_go_on: Callable[[], bool]) -> Iterator[bytes]:
        """Yield one part per new picture; the last one again every two seconds, so that a vanished viewer is noticed.

        Args:
            may_go_on: asked before each part and while there is none; the stream ends on False.
        """
        yield f"--{BOUNDARY}\r\n".encode()
        self._look()
        sent = 0
        while may_go_on():
            if sent == self.number:
                self._await_part()
                continue
            sent = self.number
            yield self.part

    def _await_part(self) -> None:
        """Return when there is a new part, or after half a second."""
        if self._is_looked_for:
            self._news.wait(_AWAITED_S)
            return
        self._is_looked_for = True
        try:
            self._look_for_part(self.monotonic_s() + _AWAITED_S)
        finally:  # Also where this viewer is gone: another one looks on.
            self._is_looked_for = False
            news, self._news = self._news, self.new_event()
            news.set()

    def _look_for_part(self, until_s: float) -> None:
        while not self._look() and self.monotonic_s() < until_s:
            self.sleep(POLL_S)

    def _look(self) -> bool:
        """Make a new part if there is a new picture or if it is time to send the last one again; return whether."""
        now_s, sequence = self.monotonic_s(), self.live.picture_sequence(self.camera_id, PictureUse.STREAM)
        if sequence == self._sequence and now_s - self._made_s < RESEND_S:
            return False
        if sequence == 0 and now_s < self._none_from_s and self.live.sequence(self.camera_id):
            return False
        self._sequence, self._made_s = sequence, now_s
        self.part = self._wrapped()
        self.number += 1
        return True

    def _wrapped(self) -> bytes:
        picture = self.live.picture(self.camera_id, PictureUse.STREAM)
        jpeg = picture.jpeg if picture else no_picture()
        head = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n".encode()
        # The boundary behind the picture tells the browser that it is complete: it is shown now, not with the next.
        return b"".join([head, jpeg, f"\r\n--{BOUNDARY}\r\n".encode()])


@dataclass
class CameraFeeds:
    """The feeds of all cameras that are watched; nothing is kept of one that nobody watches."""

    live: LiveFrames
    sleep: Callable[[float], None]
    new_event: Callable[[], threading.Event]
    _feeds: WeakValueDictionary[int, CameraFeed] = field(default_factory=WeakValueDictionary)

    def of(self, camera_id: int) -> CameraFeed:
        """Return a camera's feed, the same to all who watch it."""
        feed = self._feeds.get(camera_id)
        if feed is None:
            feed = self._feeds[camera_id] = CameraFeed(self.live, camera_id, self.sleep, self.new_event)
        return feed


@lru_cache(maxsize=1)
def no_picture() -> bytes:
    """Return what is shown of a camera that sends nothing."""
    return (REPOSITORY_DIR / "static" / "img" / "no-picture.jpg").read_bytes()
