"""The week of a schedule as people read it: each day from midnight to midnight, and when nobody is on call."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from webapp.domain.cameras.schedule import WEEKDAYS
from webapp.domain.notifications.on_call import OnCallSlot

DAY_MIN = 24 * 60
_WEEK_MIN = DAY_MIN * len(WEEKDAYS)


@dataclass(frozen=True)
class OnCallStretch:
    """A stretch of one day in which the same people are on call.

    Attributes:
        begin_minute: minutes after midnight.
        end_minute: likewise, exclusive; 1440 is midnight.
        slots: whose turns; none where nobody is on call.
    """

    begin_minute: int
    end_minute: int
    slots: tuple[OnCallSlot, ...] = ()

    @property
    def user_ids(self) -> frozenset[int]:
        """Return who is on call."""
        return frozenset(slot.user_id for slot in self.slots)


@dataclass(frozen=True)
class OnCallGap:
    """A stretch of the week in which nobody is on call.

    Attributes:
        weekday: on which day it begins; 0 is Monday.
        begin_minute: minutes after midnight.
        end_weekday: on which day it ends.
        end_minute: likewise, exclusive; 1440 is midnight.
    """

    weekday: int
    begin_minute: int
    end_weekday: int
    end_minute: int

    @property
    def is_all_week(self) -> bool:
        """Return whether nobody is on call at any time."""
        return self == ALL_WEEK


ALL_WEEK = OnCallGap(0, 0, len(WEEKDAYS) - 1, DAY_MIN)


def week_of(slots: Sequence[OnCallSlot]) -> tuple[tuple[OnCallStretch, ...], ...]:
    """Return the days of a week, Monday first, each without a hole: where nobody is on call it says so."""
    return tuple(tuple(_day(slots, weekday * DAY_MIN)) for weekday in range(len(WEEKDAYS)))


def gaps_of(slots: Sequence[OnCallSlot]) -> tuple[OnCallGap, ...]:
    """Return when nobody is on call; one that lasts over midnight, also from Sunday to Monday, is one."""
    empty = [
        (weekday * DAY_MIN + one.begin_minute, weekday * DAY_MIN + one.end_minute)
        for weekday, day in enumerate(week_of(slots))
        for one in day
        if not one.slots
    ]
    if not empty:
        return ()
    joined = _joined(empty)
    is_over_the_weeks_end = len(joined) > 1 and joined[0][0] == 0 and joined[-1][1] == _WEEK_MIN
    if is_over_the_weeks_end:
        joined = [*joined[1:-1], (joined[-1][0], joined[0][1])]
    return tuple(_gap(begin, end) for begin, end in joined)


def _day(slots: Iterable[OnCallSlot], begin: int) -> Iterator[OnCallStretch]:
    turns = [(slot, *turn) for slot in slots for turn in _turns(slot) if turn[0] < begin + DAY_MIN and turn[1] > begin]
    edges = {edge for _slot, *turn in turns for edge in turn if begin < edge < begin + DAY_MIN}
    stretch: OnCallStretch | None = None
    for left, right in pairwise(sorted({begin, *edges, begin + DAY_MIN})):
        held = tuple(slot for slot, turn_begin, turn_end in turns if turn_begin <= left < turn_end)
        if stretch is not None and not (held or stretch.slots):
            stretch = OnCallStretch(stretch.begin_minute, right - begin)
            continue
        if stretch is not None:
            yield stretch
        stretch = OnCallStretch(left - begin, right - begin, held)
    if stretch is not None:
        yield stretch


def _turns(slot: OnCallSlot) -> Iterator[tuple[int, int]]:
    """Yield begin and end of a slot in minutes of the week; of a night from Sunday also those before it begins."""
    span = slot.span
    begin = span.weekday * DAY_MIN + span.begin_minute
    ends_next_day = span.end_minute <= span.begin_minute
    end = span.weekday * DAY_MIN + span.end_minute + (DAY_MIN if ends_next_day else 0)
    yield begin, end
    if end > _WEEK_MIN:
        yield begin - _WEEK_MIN, end - _WEEK_MIN


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined = [spans[0]]
    for begin, end in spans[1:]:
        if begin == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _gap(begin: int, end: int) -> OnCallGap:
    # The end of a day is its midnight, not the beginning of the next one.
    end_weekday = (end - 1) // DAY_MIN
    return OnCallGap(begin // DAY_MIN, begin % DAY_MIN, end_weekday, end - end_weekday * DAY_MIN)
