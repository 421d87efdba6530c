"""Opening hours on the days on which the clocks are changed: skipped times, times that come twice, odd zones."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.domain.cameras.schedule import OpeningHours, OpeningSpan, parse_day

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY, SUNDAY = 5, 6
# Around a change forward and one back: by an hour, by half an hour, at midnight, and a whole day that never was.
CHANGES = (
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 2, 18, 2, tzinfo=UTC)),
    ("Asia/Beirut", datetime(2026, 3, 28, 22, tzinfo=UTC)),
    ("Asia/Beirut", datetime(2026, 10, 24, 21, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 3, 29, 1, tzinfo=UTC)),
)


def open_minutes(weekday: int, words: str, zone: ZoneInfo, day: datetime) -> list[str]:
    """Return the stretches of two days (UTC) in which it is open, as the clocks of the zone show them."""
    hours, stretches = OpeningHours(parse_day(weekday, words)), []
    moments = [day + timedelta(minutes=minute) for minute in range(2 * 24 * 60)]
    states = [False, *(hours.is_open(moment, zone) for moment in moments), False]
    for moment, before, now in zip([*moments, moments[-1]], states, states[1:], strict=False):
        if before != now:
            stretches.append(moment.astimezone(zone).strftime("%H:%M%z"))
    return stretches


@pytest.mark.parametrize(
    ("words", "stretches"),
    [
        ("02:30-03:30", ["03:00+0200", "03:30+0200"]),
        ("02:00-02:30", []),  # That time is not on this day.
        ("01:30-02:30", ["01:30+0100", "03:00+0200"]),
        ("02:59-03:01", ["03:00+0200", "03:01+0200"]),
        ("01:00-02:00, 02:15-02:45, 03:00-04:00", ["01:00+0100", "04:00+0200"]),
    ],
)
def test_a_time_that_the_clock_skips_is_the_moment_at_which_it_does(words: str, stretches: list[str]) -> None:
    assert open_minutes(SUNDAY, words, BERLIN, datetime(2026, 3, 28, 12, tzinfo=UTC)) == stretches


@pytest.mark.parametrize(
    ("weekday", "words", "stretches"),
    [
        (SUNDAY, "02:30-03:30", ["02:30+0200", "03:30+0100"]),
        (SUNDAY, "01:00-02:30", ["01:00+0200", "02:30+0100"]),
        (SUNDAY, "02:15-02:45", ["02:15+0200", "02:45+0100"]),
        (SATURDAY, "22:00-02:30", ["22:00+0200", "02:30+0100"]),
    ],
)
def test_a_time_that_comes_twice_begins_at_the_first_and_ends_at_the_second(
    weekday: int, words: str, stretches: list[str]
) -> None:
    assert open_minutes(weekday, words, BERLIN, datetime(2026, 10, 24, 10, tzinfo=UTC)) == stretches


def test_the_night_before_the_change_ends_where_the_clock_jumps() -> None:
    words = open_minutes(SATURDAY, "22:00-02:30", BERLIN, datetime(2026, 3, 28, 10, tzinfo=UTC))
    assert words == ["22:00+0100", "03:00+0200"]


def test_midnight_itself_can_be_skipped() -> None:
    """In Beirut the clock goes from 24:00 to 01:00."""
    beirut, day = ZoneInfo("Asia/Beirut"), datetime(2026, 3, 28, 10, tzinfo=UTC)
    assert open_minutes(SATURDAY, "20:00-24:00", beirut, day) == ["20:00+0200", "01:00+0300"]
    assert open_minutes(SUNDAY, "00:00-00:30", beirut, day) == []
    assert open_minutes(SUNDAY, "00:30-08:00", beirut, day) == ["01:00+0300", "08:00+0300"]


def test_the_next_opening_is_never_a_time_that_is_not() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert OpeningHours(parse_day(SUNDAY, "02:30-03:30")).opens_at(before, BERLIN) == datetime(
        2026, 3, 29, 1, tzinfo=UTC
    )
    skipped = OpeningHours(parse_day(SUNDAY, "02:00-02:30")).state(before, BERLIN)
    assert not skipped.is_open
    assert skipped.opens_at == datetime(2026, 4, 5, 0, tzinfo=UTC)


@st.composite
def weeks(draw: st.DrawFn) -> OpeningHours:
    minute = st.one_of(st.integers(0, 1439), st.sampled_from([0, 60, 90, 120, 150, 180, 1380]))
    span = st.builds(OpeningSpan, st.integers(0, 6), minute, st.one_of(minute, st.just(1440)))
    return OpeningHours(tuple(draw(st.lists(span, min_size=1, max_size=4))))


def is_within_by_the_clock(hours: OpeningHours, wall: datetime) -> bool:
    """Look at the clock on the wall and at the sign on the door."""
    minute, today = wall.hour * 60 + wall.minute, wall.weekday()
    for span in hours.spans:
        is_overnight = span.end_minute <= span.begin_minute
        if span.weekday == today and span.begin_minute <= minute and (is_overnight or minute < span.end_minute):
            return True
        if is_overnight and span.weekday == (today - 1) % 7 and minute < span.end_minute:
            return True
    return False


@pytest.mark.parametrize(("name", "change"), CHANGES)
@settings(max_examples=30)
@given(hours=weeks(), minutes=st.integers(-2000, 2000))
def test_who_looks_at_the_clock_and_the_sign_finds_it_open(
    name: str, change: datetime, hours: OpeningHours, minutes: int
) -> None:
    zone, at = ZoneInfo(name), change + timedelta(minutes=minutes)
    wall, is_open = at.astimezone(zone), hours.is_open(at, zone)
    if name == "Pacific/Apia" and wall.date().isoformat() == "2011-12-31":
        return  # The night from a Friday that never was.
    if is_within_by_the_clock(hours, wall):
        assert is_open
    elif is_open:  # Only in between the two hours of the same name.
        assert wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


@pytest.mark.parametrize(("name", "change"), CHANGES)
@settings(max_examples=30)
@given(hours=weeks(), minutes=st.integers(-2000, 2000))
def test_it_opens_when_it_says_that_it_will(name: str, change: datetime, hours: OpeningHours, minutes: int) -> None:
    zone, at = ZoneInfo(name), change + timedelta(minutes=minutes)
    state = hours.state(at, zone)
    if state.is_open:
        return
    assert state.opens_at is not None
    assert state.opens_at.astimezone(UTC) > at
    assert hours.is_open(state.opens_at, zone)
    assert not hours.is_open(state.opens_at.astimezone(UTC) - timedelta(seconds=1), zone)
