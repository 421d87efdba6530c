"""When backups are made by themselves, and what became of the last one: pure, time passed in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from webapp.domain.site.backups import BackupKind
from webapp.errors import InputInvalid

MOST_KEPT = 60
# After so many failures in a row the next try waits so long; the last one goes on.
_TRIES_AGAIN = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
_WEEK = 7


class BackupRhythm(StrEnum):
    """How often."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True)
class BackupSchedule:
    """When backups are made by themselves.

    Attributes:
        rhythm: how often.
        at: time of day, HH:MM by the site's clocks; one that a change of the clocks leaves out is an hour later.
        weekday: of weekly ones, 0 is Monday.
        kind: what they hold; empty for the usual kind.
        folder: name of the folder that gets a copy too; empty for none.
        keep: how many of them are kept; retention may delete them earlier, never keep them longer.
    """

    rhythm: BackupRhythm = BackupRhythm.OFF
    at: str = "03:30"
    weekday: int = 0
    kind: BackupKind | str = ""
    folder: str = ""
    keep: int = 7

    def __post_init__(self) -> None:
        """Check what an admin entered.

        Raises:
            InputInvalid: something of it cannot be used.
        """
        object.__setattr__(self, "rhythm", _rhythm(self.rhythm))
        object.__setattr__(self, "kind", BackupKind(self.kind) if self.kind else "")
        _time(self.at)
        _check_number("weekday", self.weekday, 0, _WEEK - 1)
        _check_number("keep", self.keep, 1, MOST_KEPT)

    def newest_slot(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the last time, not after now, for which a backup is planned; None where none ever is."""
        return self._slot(now, zone, -1)

    def next_slot(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the next time, after now, for which a backup is planned; None where none ever is."""
        return self._slot(now, zone, 1)

    def _slot(self, now: datetime, zone: ZoneInfo, step: int) -> datetime | None:
        if self.rhythm is BackupRhythm.OFF:
            return None
        today, at = now.astimezone(zone).date(), _time(self.at)
        days = (today + timedelta(days=step * count) for count in range(_WEEK + 1))
        slots = (datetime.combine(day, at, zone).astimezone(UTC) for day in days if self._is_on(day.weekday()))
        return next((slot for slot in slots if (slot <= now if step < 0 else slot > now)), None)

    def _is_on(self, weekday: int) -> bool:
        return self.rhythm is BackupRhythm.DAILY or weekday == self.weekday


@dataclass(frozen=True)
class BackupCopy:
    """A backup that lies in another folder too.

    Attributes:
        folder: name of that folder.
        name: of its file.
        kind: what it holds.
        made_at: when.
    """

    folder: str
    name: str
    kind: BackupKind
    made_at: datetime


@dataclass(frozen=True)
class ScheduledBackups:
    """What became of the backups that are made by themselves.

    Attributes:
        since: when the schedule was set: what was planned for before is nobody's wish.
        done_slot: the last planned time that has its backup, and its copy.
        made_slot: the last planned time that has its backup.
        made_at: when that was made; None while none was.
        name: of its file.
        names: of those that are kept, the newest last.
        copies: where else some of them lie, the newest last.
        failed_at: when the last try failed; None where it did not.
        failure: why.
        tries: how often in a row.
    """

    since: datetime | None = None
    done_slot: datetime | None = None
    made_slot: datetime | None = None
    made_at: datetime | None = None
    name: str = ""
    names: Sequence[str] = ()
    copies: Sequence[BackupCopy] = ()
    failed_at: datetime | None = None
    failure: str = ""
    tries: int = 0

    def due_slot(self, schedule: BackupSchedule, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the planned time whose backup is to be made now; None where none is.

        What was missed while the machine was off is made up once: for the newest planned time alone. A time in the
        future is one of a clock that was ahead, and does not count.
        """
        slot = schedule.newest_slot(now, zone)
        if slot is None or _is_between(slot, self.since, now) or _is_between(slot, self.done_slot, now):
            return None
        return slot if self._may_try(now) else None

    def tried_in_vain(self, now: datetime, failure: str) -> "ScheduledBackups":
        """Return the same after a failure."""
        return replace(self, failed_at=now, failure=failure, tries=self.tries + 1)

    def made(self, slot: datetime, now: datetime, name: str) -> "ScheduledBackups":
        """Return the same with a backup."""
        return replace(self, made_slot=slot, made_at=now, name=name, names=(*self.names, name))

    def done(self, slot: datetime) -> "ScheduledBackups":
        """Return the same once nothing is left to do for a planned time."""
        return replace(self, done_slot=slot, failed_at=None, failure="", tries=0)

    def _may_try(self, now: datetime) -> bool:
        if self.failed_at is None or not self.tries or self.failed_at > now:
            return True
        return now - self.failed_at >= _TRIES_AGAIN[min(self.tries, len(_TRIES_AGAIN)) - 1]


def _is_between(slot: datetime, mark: datetime | None, now: datetime) -> bool:
    return mark is not None and slot <= mark <= now


def _rhythm(value: str) -> BackupRhythm:
    try:
        return BackupRhythm(value)
    except ValueError:
        choices = ", ".join(BackupRhythm)
        raise InputInvalid(
            "Expected one of %(choices)s, got '%(value)s'.", choices=choices, value=value[:60], field="rhythm"
        ) from None


def _time(text: str) -> time:
    try:
        hour, minute = text.split(":")
        return time(int(hour), int(minute))
    except (ValueError, AttributeError):
        raise InputInvalid("Expected a time of day such as 03:30.", field="at") from None


def _check_number(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InputInvalid(
            "Expected %(least)s to %(most)s, got %(value)s.", least=least, most=most, value=value, field=name
        )
