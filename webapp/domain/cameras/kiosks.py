"""A kiosk: a screen whose own camera is one of the site's, paired by a link; and what it may send."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.domain.cameras.cameras import StateReason
from webapp.errors import InputInvalid, KioskNotPaired

LINK_WORKS_FOR = timedelta(minutes=30)
# A screen that was put away and found again years later opens nothing.
FORGOTTEN_AFTER = timedelta(days=30)

MAX_FRAME_BYTES = 256 * 1024
MAX_FRAME_PIXELS = 1920 * 1920
# What the page sends, and what is taken at most: timers in a browser are not exact.
FRAMES_PER_S = 10.0
MAX_FRAMES_PER_S = 15.0

NOT_PAIRED = StateReason.of(
    KioskNotPaired("No screen is paired yet: make a pairing link, open it on the screen, and press Start there.")
)

_JPEG_BEGINNING, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_BURST = 3.0
_FLOOD = 100
_FLOOD_REST_S = 30.0


@dataclass(frozen=True)
class Kiosk:
    """The screen of one camera.

    Attributes:
        camera_id: the camera that it is; it sends for no other.
        shows_self: whether people in front of it see themselves, small; off unless an admin wants it.
        link_ends_at: until when a pairing link can be used; None where there is none.
        device: browser and system of the paired screen, in a few words.
        paired_at: when it was paired; None while it is not.
        seen_at: when it last sent something, to the minute.
    """

    camera_id: int
    shows_self: bool = False
    link_ends_at: datetime | None = None
    device: str = ""
    paired_at: datetime | None = None
    seen_at: datetime | None = None

    def has_link(self, now: datetime) -> bool:
        """Return whether there is a pairing link that can be used."""
        return self.link_ends_at is not None and now < self.link_ends_at

    def is_paired(self, now: datetime) -> bool:
        """Return whether a screen may send now: paired, and seen within the last 30 days."""
        seen_at = self.seen_at or self.paired_at
        return self.paired_at is not None and seen_at is not None and now - seen_at < FORGOTTEN_AFTER


def check_frame(frame: object) -> bytes:
    """Return what a kiosk sent if it looks like a JPEG of a size that can be taken; nothing of it is decoded.

    Raises:
        InputInvalid: it is something else, or too large.
    """
    if not isinstance(frame, bytes):
        raise InputInvalid("Expected a picture as bytes and nothing beside it.")
    if len(frame) > MAX_FRAME_BYTES:
        raise InputInvalid(
            "The picture is too large: expected at most %(max_frame_bytes)s KiB.",
            max_frame_bytes=MAX_FRAME_BYTES // 1024,
        )
    if not (frame.startswith(_JPEG_BEGINNING) and frame.endswith(_JPEG_END)):
        raise InputInvalid("That is not a whole JPEG.")
    return frame


class FrameGate:
    """Lets through as many frames as one camera may send, and notices who sends far more."""

    def __init__(self) -> None:
        self._left, self._at_s = _BURST, 0.0
        self._refused = 0
        self._closed_until_s = 0.0

    def admits(self, now_s: float) -> bool:
        """Return whether a frame that comes now is taken.

        Args:
            now_s: seconds on a clock that never goes back.
        """
        self._left = min(_BURST, self._left + (now_s - self._at_s) * MAX_FRAMES_PER_S)
        self._at_s = now_s
        if self.is_flooded(now_s) or self._left < 1.0:
            self._refuse(now_s)
            return False
        self._left -= 1.0
        self._refused = max(0, self._refused - 1)
        return True

    def is_flooded(self, now_s: float) -> bool:
        """Return whether so much more came than was taken that nothing more is, for half a minute."""
        return now_s < self._closed_until_s

    def _refuse(self, now_s: float) -> None:
        self._refused += 1
        if self._refused >= _FLOOD:
            self._refused, self._closed_until_s = 0, now_s + _FLOOD_REST_S
