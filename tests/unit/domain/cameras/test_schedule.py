"""Opening hours: several spans a day, over midnight, on the clocks of a place."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from webapp.domain.cameras.schedule import ALWAYS, OPEN, OpeningHours, OpeningSpan, ScheduleState, parse_day
from webapp.errors import InputInvalid

BERLIN = ZoneInfo("Europe/Berlin")
# Monday: over lunch closed, the bar until two in the night.
MONDAY = OpeningHours(parse_day(0, "07:00-12:30, 18:00-02:00"))


def at(day, clock):
    """A moment of the week of Monday, 2 March 2026, on Berlin's clocks."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 3, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "clock", "is_open"),
    [
        (2, "06:59", False), (2, "07:00", True), (2, "12:29", True), (2, "12:30", False), (2, "18:00", True),
        (3, "01:59", True), (3, "02:00", False), (3, "08:00", False), (1, "20:00", False), (9, "08:00", True),
    ],
)  # fmt: skip
def test_a_camera_is_analysed_within_its_hours_only(day, clock, is_open):
    assert MONDAY.is_open(at(day, clock), BERLIN) is is_open
    assert MONDAY.state(at(day, clock), BERLIN).is_open is is_open


def test_without_hours_it_is_always_open():
    assert ALWAYS.is_open(at(2, "03:00"), BERLIN)
    assert ALWAYS.state(at(2, "03:00"), BERLIN) == OPEN


def test_the_state_outside_the_hours_holds_the_next_opening():
    assert MONDAY.state(at(2, "13:00"), BERLIN) == ScheduleState(is_open=False, opens_at=at(2, "18:00"))
    assert MONDAY.state(at(4, "13:00"), BERLIN) == ScheduleState(is_open=False, opens_at=at(9, "07:00"))


def test_hours_are_those_of_the_clock_on_the_wall_also_when_summer_time_begins():
    hours = OpeningHours(parse_day(6, "01:30-04:00"))  # On 29 March 2026 the clocks go from two to three.
    assert hours.is_open(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), BERLIN)
    assert hours.is_open(datetime(2026, 3, 29, 1, 59, tzinfo=UTC), BERLIN)
    assert not hours.is_open(datetime(2026, 3, 29, 2, 0, tzinfo=UTC), BERLIN)


@pytest.mark.parametrize("words", ["07:00-07:00", "00:00-24:00", "0:00 - 24:00"])
def test_a_whole_day_can_be_written(words):
    day = OpeningHours(parse_day(1, words))
    assert day.is_open(at(3, "23:59"), BERLIN)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("seven to ten", "got 'seven to ten' for Monday"),
        ("25:00-26:00", "a time that no day has"),
        ("07:61-08:00", "60 minutes"),
        ("24:00-02:00", "begins at 00:00"),
        ("07:00-10:00, 09:00-11:00", "overlap: 07:00-10:00 and 09:00-11:00"),
        ("18:00-02:00, 20:00-22:00", "overlap"),
        (",".join(f"{hour:02d}:00-{hour:02d}:30" for hour in range(8)), "at most 6 spans"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_the_reason(words, complaint):
    with pytest.raises(InputInvalid, match=complaint):
        OpeningHours(parse_day(0, words))


def test_hours_come_back_as_they_were_written():
    assert OpeningHours.from_list(MONDAY.as_list()) == MONDAY
    assert MONDAY.day_words(0) == "07:00-12:30, 18:00-02:00"
    assert MONDAY.day_words(1) == ""


def test_no_day_is_the_eighth():
    with pytest.raises(InputInvalid):
        OpeningSpan(7, 0, 60)
