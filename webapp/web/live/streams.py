"""MJPEG: the newest frame to each viewer, and no queue anywhere."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from webapp.services.dashboard.live_frames import LiveFrames
from webapp.settings import REPOSITORY_DIR

BOUNDARY = "frame"
MIME_TYPE = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
POLL_S = 0.03
RESEND_S = 2.0
CHECK_S = 10.0


@dataclass
class StreamViewers:
    """Counts the open streams of this process."""

    limit: int
    count: int = 0

    @property
    def is_full(self) -> bool:
        """Return whether one more is too many."""
        return self.count >= self.limit

    def counted(self, parts: Iterator[bytes]) -> "CountedParts":
        """Return the parts of a stream, counted from now until the server closes them."""
        return CountedParts(self, parts)


class CountedParts:
    """A stream's parts that give the viewer's place back when the server closes them, begun or not."""

    def __init__(self, viewers: StreamViewers, parts: Iterator[bytes]) -> None:
        self._viewers, self._parts, self._is_open = viewers, parts, True
        viewers.count += 1

    def __iter__(self) -> Iterator[bytes]:
        """Iterate once."""
        return self._parts

    def close(self) -> None:
        """Give the place back, once."""
        if self._is_open:
            self._is_open = False
            self._viewers.count -= 1


@dataclass
class MJPEGStream:
    """The parts of one viewer's stream.

    Attributes:
        live: where the frames come from.
        camera_id: whose.
        may_go_on: asked every ten seconds; the stream ends on False.
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
        checked_at = self.monotonic_s()
        while True:
            now = self.monotonic_s()
            if now - checked_at >= CHECK_S:
                checked_at = now
                if not self.may_go_on():
                    return
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
