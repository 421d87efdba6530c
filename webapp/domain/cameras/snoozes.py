"""A camera that is left alone for a while: staff know what is going on there, and need no alert of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.errors import InputInvalid

SNOOZE_MINUTES = (5, 15, 60)


@dataclass(frozen=True)
class Snooze:
    """While it lasts the camera is watched and shown, and raises no new alert.

    Attributes:
        until_at: when it ends by itself (aware UTC).
        by: the person who asked for it.
    """

    until_at: datetime
    by: str

    def is_over(self, at: datetime) -> bool:
        """Return whether alerts are raised again."""
        return at >= self.until_at


def snooze_for(minutes: int, by: str, at: datetime) -> Snooze:
    """Return a snooze that begins now.

    Raises:
        InputInvalid: so many minutes are not offered.
    """
    if minutes not in SNOOZE_MINUTES:
        offered = ", ".join(map(str, SNOOZE_MINUTES))
        raise InputInvalid(
            "Expected to snooze for one of %(offered)s minutes, got %(minutes)s.", offered=offered, minutes=minutes
        )
    return Snooze(at + timedelta(minutes=minutes), by)
