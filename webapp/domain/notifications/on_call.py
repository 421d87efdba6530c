"""Who is on call: a week that comes again and again, and exceptions from it.

Hours are those of the clock on the wall, also on the days on which it is changed; see `domain.cameras.schedule`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from webapp.domain.cameras.schedule import WEEKDAYS, OpeningSpan
from webapp.errors import InputInvalid

MAX_SCHEDULE_NAME = 60
MAX_SLOTS = 100
MAX_OVERRIDES = 200
# An exception for longer is another week.
MAX_OVERRIDE = timedelta(days=31)
# Whoever is asked about the next hand-over need not know of one in a month.
_LOOKED_AHEAD = timedelta(days=2 * len(WEEKDAYS))


@dataclass(frozen=True, order=True)
class OnCallSlot:
    """One stretch of the week.

    Attributes:
        span: when, on the clock on the wall; over midnight it ends on the next day.
        user_id: whose it is.
    """

    span: OpeningSpan
    user_id: int


@dataclass(frozen=True, order=True)
class OnCallOverride:
    """An exception: while it lasts this person is on call, and nobody else.

    Attributes:
        begins_at: when it begins (aware UTC).
        ends_at: when it ends, exclusive.
        user_id: who is on call; None for nobody.
    """

    begins_at: datetime
    ends_at: datetime
    user_id: int | None

    def __post_init__(self) -> None:
        """Check the times.

        Raises:
            InputInvalid: it ends before it begins, or lasts too long.
        """
        if not timedelta() < self.ends_at - self.begins_at <= MAX_OVERRIDE:
            raise InputInvalid(
                "Expected an exception that ends after it begins, and within %(days)s days.",
                days=MAX_OVERRIDE.days,
                field="overrides",
            )

    def holds(self, at: datetime) -> bool:
        """Return whether it is in force at a moment."""
        return self.begins_at <= at < self.ends_at


@dataclass(frozen=True)
class HandOver:
    """One moment at which others are on call than before.

    Attributes:
        at: when (aware UTC).
        leaving: whose turn ends.
        coming: whose turn begins.
    """

    at: datetime
    leaving: frozenset[int]
    coming: frozenset[int]


@dataclass(frozen=True)
class OnCallSchedule:
    """A week and its exceptions.

    Attributes:
        name: how an admin calls it.
        slots: the week; where two overlap both are on call.
        overrides: the exceptions; of several at once the one that began last holds.
        schedule_id: row id; 0 until stored.
    """

    name: str
    slots: tuple[OnCallSlot, ...] = ()
    overrides: tuple[OnCallOverride, ...] = ()
    schedule_id: int = 0

    def __post_init__(self) -> None:
        """Check the name, and keep slots and exceptions in order and within bounds.

        Raises:
            InputInvalid: the name cannot be used, or there are too many of them.
        """
        if not 0 < len(self.name.strip()) <= MAX_SCHEDULE_NAME or not self.name.isprintable():
            raise InputInvalid(
                "Expected a name of 1 to %(most)s characters for the schedule.", most=MAX_SCHEDULE_NAME, field="name"
            )
        for entries, most, name in ((self.slots, MAX_SLOTS, "slots"), (self.overrides, MAX_OVERRIDES, "overrides")):
            if len(entries) > most:
                raise InputInvalid("Expected at most %(most)s entries, got %(count)s.", most=most, count=len(entries))
            object.__setattr__(self, name, tuple(sorted(set(entries), key=_in_order)))

    def on_call(self, at: datetime, zone: tzinfo) -> frozenset[int]:
        """Return who is on call at a moment (aware), as the clocks of a time zone show it; perhaps nobody."""
        in_force = [one for one in self.overrides if one.holds(at)]
        if in_force:
            user_id = max(in_force, key=lambda one: (one.begins_at, one.user_id or 0)).user_id
            return frozenset() if user_id is None else frozenset({user_id})
        turns = self._turns(at - timedelta(days=1), at, zone)
        return frozenset(slot.user_id for slot, begin, end in turns if begin <= at < end)

    def next_hand_over(self, at: datetime, zone: tzinfo) -> HandOver | None:
        """Return when others are on call next after a moment; None where nothing changes within two weeks."""
        before = self.on_call(at, zone)
        until = at + _LOOKED_AHEAD
        edges = {edge for _slot, *turn in self._turns(at - timedelta(days=1), until, zone) for edge in turn}
        edges |= {edge for one in self.overrides for edge in (one.begins_at, one.ends_at)}
        for edge in sorted(edge for edge in edges if at < edge <= until):
            coming = self.on_call(edge, zone)
            if coming != before:
                return HandOver(edge, before - coming, coming - before)
        return None

    def ends_for(self, user_id: int, at: datetime, zone: tzinfo) -> datetime | None:
        """Return when the turn of somebody who is on call at a moment ends; None where it does not within two weeks."""
        moment = at
        while (hand_over := self.next_hand_over(moment, zone)) and hand_over.at <= at + _LOOKED_AHEAD:
            if user_id in hand_over.leaving:
                return hand_over.at
            moment = hand_over.at
        return None

    def begins_for(self, user_id: int, at: datetime, zone: tzinfo) -> datetime | None:
        """Return when the next turn of somebody begins after a moment; None where there is none within two weeks."""
        moment = at
        while (hand_over := self.next_hand_over(moment, zone)) and hand_over.at <= at + _LOOKED_AHEAD:
            if user_id in hand_over.coming:
                return hand_over.at
            moment = hand_over.at
        return None

    def without_old(self, before: datetime) -> "OnCallSchedule":
        """Return the schedule without the exceptions that were over before a moment."""
        kept = tuple(one for one in self.overrides if one.ends_at >= before)
        return OnCallSchedule(self.name, self.slots, kept, self.schedule_id)

    def _turns(self, begin: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[OnCallSlot, datetime, datetime]]:
        """Yield what of the week begins on the days from one moment to another, with begin and end (UTC)."""
        day, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
        while day <= last:
            for slot in self.slots:
                if slot.span.weekday == day.weekday():
                    yield slot, *slot.span.on(day, zone)
            day += timedelta(days=1)

    def slots_as_list(self) -> list[list[int]]:
        """Return the week ready for JSON."""
        return [[slot.span.weekday, slot.span.begin_minute, slot.span.end_minute, slot.user_id] for slot in self.slots]

    def overrides_as_list(self) -> list[dict[str, Any]]:
        """Return the exceptions ready for JSON."""
        return [
            {"begins_at": one.begins_at.isoformat(), "ends_at": one.ends_at.isoformat(), "user_id": one.user_id}
            for one in self.overrides
        ]


def slots_from_list(stored: Iterable[Iterable[int]]) -> tuple[OnCallSlot, ...]:
    """Read what `slots_as_list` wrote."""
    rows = (tuple(row) for row in stored)
    return tuple(OnCallSlot(OpeningSpan(*row[:3]), row[3]) for row in rows)


def overrides_from_list(stored: Iterable[Mapping[str, Any]]) -> tuple[OnCallOverride, ...]:
    """Read what `overrides_as_list` wrote."""
    return tuple(
        OnCallOverride(datetime.fromisoformat(one["begins_at"]), datetime.fromisoformat(one["ends_at"]), one["user_id"])
        for one in stored
    )


def _in_order(entry: OnCallSlot | OnCallOverride) -> tuple[Any, ...]:
    if isinstance(entry, OnCallSlot):
        return (entry.span, entry.user_id)
    return (entry.begins_at, entry.ends_at, entry.user_id or 0)
