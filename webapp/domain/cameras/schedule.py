"""When a camera's faces are analysed: opening hours by the weekday, over midnight too.

Hours are those of the clock on the wall, also on the days on which it is changed. A time that the clock skips is the
moment at which it does: 02:30-03:30 opens at three. What lies wholly in the skipped hour is not that day. Of a time
that comes twice a span begins at the first and ends at the second, so it is open in between, too.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Any

from webapp.errors import InputInvalid

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MAX_SPANS_PER_DAY = 6
_DAY_MINUTES = 24 * 60
_SPAN = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|–|to)\s*(\d{1,2})[:.](\d{2})")


@dataclass(frozen=True, order=True)
class OpeningSpan:
    """One stretch of opening hours, on the clock on the wall.

    Attributes:
        weekday: on which day it begins; 0 is Monday.
        begin_minute: minutes after midnight, in [0, 1440).
        end_minute: likewise, in [0, 1440]; at most `begin_minute` means on the next day.
    """

    weekday: int
    begin_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            InputInvalid: a day or a time that there is not.
        """
        is_time = 0 <= self.begin_minute < _DAY_MINUTES and 0 <= self.end_minute <= _DAY_MINUTES
        if not (0 <= self.weekday < len(WEEKDAYS) and is_time):
            raise InputInvalid("Expected hours such as 07:00-12:30, 18:00-02:00; got a time that no day has.")

    @property
    def words(self) -> str:
        """The span as people write it."""
        return f"{_clock(self.begin_minute)}-{_clock(self.end_minute)}"

    def on(self, day: date, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return begin and end (UTC) for the span that begins on a day; they are equal where the clock skips it all."""
        end_day = day if self.end_minute > self.begin_minute else day + timedelta(days=1)
        return _moments(day, self.begin_minute, zone)[0], _moments(end_day, self.end_minute, zone)[1]


@dataclass(frozen=True)
class ScheduleState:
    """Whether a camera is within its opening hours.

    Attributes:
        is_open: whether it is analysed.
        opens_at: when the next span begins, on the clocks of the hours' time zone; None while it is open.
    """

    is_open: bool = True
    opens_at: datetime | None = None


OPEN = ScheduleState()


@dataclass(frozen=True)
class OpeningHours:
    """A week of opening hours; without any span a camera is always analysed."""

    spans: tuple[OpeningSpan, ...] = ()

    def __post_init__(self) -> None:
        """Keep the spans in order and their number within bounds.

        Raises:
            InputInvalid: a day has too many spans.
        """
        for weekday, name in enumerate(WEEKDAYS):
            if len(self._of(weekday)) > MAX_SPANS_PER_DAY:
                raise InputInvalid(
                    "Expected at most %(max_spans_per_day)s spans a day, got more on %(weekday)s.",
                    max_spans_per_day=MAX_SPANS_PER_DAY,
                    weekday=name,
                )
        object.__setattr__(self, "spans", tuple(sorted(set(self.spans))))

    @property
    def is_always(self) -> bool:
        """Whether there is no hour at which nothing is analysed."""
        return not self.spans

    def is_open(self, at: datetime, zone: tzinfo) -> bool:
        """Tell whether a moment (aware) lies within the hours, as the clocks of a time zone show it."""
        return self.is_always or any(begin <= at < end for begin, end in self._around(at, zone, days=1))

    def opens_at(self, at: datetime, zone: tzinfo) -> datetime | None:
        """Return when the next span begins after a moment; None where there is none.

        Two weeks are looked at: a clock may skip the only span of a week.
        """
        begins = [begin for begin, end in self._around(at, zone, days=2 * len(WEEKDAYS)) if at < begin < end]
        return min(begins).astimezone(zone) if begins else None

    def state(self, at: datetime, zone: tzinfo) -> ScheduleState:
        """Return whether a camera is analysed at a moment, and if not, from when on."""
        return OPEN if self.is_open(at, zone) else ScheduleState(is_open=False, opens_at=self.opens_at(at, zone))

    def day_words(self, weekday: int) -> str:
        """Return one day's spans as people write them; empty where there is none."""
        return ", ".join(span.words for span in self._of(weekday))

    def as_list(self) -> list[list[int]]:
        """Return it ready for JSON."""
        return [[span.weekday, span.begin_minute, span.end_minute] for span in self.spans]

    @classmethod
    def from_list(cls, stored: Iterable[Any]) -> "OpeningHours":
        """Read what `as_list` wrote."""
        return cls(tuple(OpeningSpan(*span) for span in stored))

    def _of(self, weekday: int) -> list[OpeningSpan]:
        return [span for span in self.spans if span.weekday == weekday]

    def _around(self, at: datetime, zone: tzinfo, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Yield the spans from the day before to so many days later."""
        today = at.astimezone(zone).date()
        for ahead in range(-1, days + 1):
            day = today + timedelta(days=ahead)
            for span in self._of(day.weekday()):
                yield span.on(day, zone)


ALWAYS = OpeningHours()


def parse_day(weekday: int, words: str) -> tuple[OpeningSpan, ...]:
    """Read one day's hours as a person typed them: spans, separated by commas; empty for closed.

    Raises:
        InputInvalid: they cannot be read, or overlap.
    """
    parts = [part.strip() for part in re.split(r"[,;]", words) if part.strip()]
    spans = sorted(_span(weekday, part) for part in parts)
    for earlier, later in pairwise(spans):
        if later.begin_minute < earlier.end_minute or earlier.end_minute <= earlier.begin_minute:
            raise InputInvalid(
                "The hours of %(weekday)s overlap: %(earlier)s and %(later)s.",
                weekday=WEEKDAYS[weekday],
                earlier=earlier.words,
                later=later.words,
            )
    return tuple(spans)


def _span(weekday: int, words: str) -> OpeningSpan:
    found = _SPAN.fullmatch(words)
    if found is None:
        raise InputInvalid(
            "Expected hours such as 07:00-12:30, 18:00-02:00; got '%(words)s' for %(weekday)s.",
            words=words[:40],
            weekday=WEEKDAYS[weekday],
        )
    begin_hour, begin_minute, end_hour, end_minute = map(int, found.groups())
    if max(begin_minute, end_minute) > 59:
        raise InputInvalid(
            "Expected hours such as 07:00-12:30, 18:00-02:00; got '%(words)s' for %(weekday)s: an hour has 60 minutes.",
            words=words,
            weekday=WEEKDAYS[weekday],
        )
    begin, end = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
    if begin == _DAY_MINUTES:
        raise InputInvalid("Expected hours such as 07:00-12:30, 18:00-02:00; a day begins at 00:00, not at 24:00.")
    return OpeningSpan(weekday, begin, end)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _moments(day: date, minute: int, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when (UTC) a clock on the wall first and last shows a time; both the moment of the jump if it skips it."""
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=minute)
    first, last = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= last:
        return first, last
    return (_jump(last, first, zone),) * 2


def _jump(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """Return when a clock is put forward between two moments (UTC)."""

    def lead_s(second: int) -> float:
        return ((before + timedelta(seconds=second)).astimezone(zone).utcoffset() or timedelta()).total_seconds()

    return before + timedelta(seconds=bisect_right(range(int((after - before).total_seconds())), lead_s(0), key=lead_s))
