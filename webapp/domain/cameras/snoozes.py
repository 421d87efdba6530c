"""A camera that is left alone for a while: staff know what is going on there, and need no alert of it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from webapp.errors import InputInvalid

# What is one click away; any other time is typed.
SNOOZE_MINUTES = (5, 15, 60)
# Longer than a day is no snooze: a camera can be switched off.
MAX_SNOOZE_MINUTES = 24 * 60
_CLOCK_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


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
        InputInvalid: so short or so long a snooze is not offered.
    """
    if not 1 <= minutes <= MAX_SNOOZE_MINUTES:
        raise InputInvalid(
            "Expected to snooze for 1 to %(most)s minutes, got %(minutes)s.",
            most=MAX_SNOOZE_MINUTES,
            minutes=minutes,
            field="minutes",
        )
    return Snooze(at + timedelta(minutes=minutes), by)


def snooze_until(clock_time: str, by: str, at: datetime, zone: tzinfo) -> Snooze:
    """Return a snooze that begins now and ends when the clocks of a time zone next show a time.

    Args:
        clock_time: hours and minutes, such as 18:30; one that is over today is tomorrow's.
        by: who asks for it.
        at: now (aware UTC).
        zone: whose clocks.

    Raises:
        InputInvalid: it is no time of day.
    """
    if not _CLOCK_TIME.fullmatch(clock_time):
        raise InputInvalid(
            "Expected a time of day from 00:00 to 23:59, such as 18:30; got '%(given)s'.",
            given=clock_time,
            field="until",
        )
    today, wanted = at.astimezone(zone).date(), time.fromisoformat(clock_time)
    # In the night in which clocks are set back there is an hour twice.
    clocks = [
        datetime.combine(today + timedelta(days=days), wanted.replace(fold=fold), zone)
        for days in (0, 1)
        for fold in (0, 1)
    ]
    return Snooze(min(shown.astimezone(UTC) for shown in clocks if shown.astimezone(UTC) > at), by)
