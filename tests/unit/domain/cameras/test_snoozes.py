from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.clocks import START
from webapp.domain.cameras.snoozes import snooze_for, snooze_until
from webapp.errors import InputInvalid

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_snooze_ends_by_itself():
    snooze = snooze_for(15, "Dana", START)
    assert snooze.until_at == START + timedelta(minutes=15)
    assert not snooze.is_over(snooze.until_at - timedelta(seconds=1))
    assert snooze.is_over(snooze.until_at)


@pytest.mark.parametrize("minutes", [1, 7, 24 * 60])
def test_any_minutes_of_a_day_can_be_chosen(minutes):
    assert snooze_for(minutes, "Dana", START).until_at == START + timedelta(minutes=minutes)


@pytest.mark.parametrize("minutes", [-5, 0, 24 * 60 + 1, 10_000_000])
def test_nothing_else_can(minutes):
    with pytest.raises(InputInvalid, match="for 1 to 1440 minutes, got") as refused:
        snooze_for(minutes, "Dana", START)
    assert refused.value.field == "minutes"


@pytest.mark.parametrize(
    ("clock_time", "until"),
    [
        ("18:30", "2026-03-02T17:30"),  # 09:00 UTC is 10:00 in Berlin.
        ("10:01", "2026-03-02T09:01"),
        ("10:00", "2026-03-03T09:00"),  # It is 10:00 right now: the next time is tomorrow's.
        ("00:00", "2026-03-02T23:00"),
        ("09:59", "2026-03-03T08:59"),
    ],
)
def test_a_time_of_day_is_the_next_one_on_the_sites_clocks(clock_time, until):
    assert snooze_until(clock_time, "Dana", START, BERLIN).until_at.isoformat() == f"{until}:00+00:00"


def test_in_the_night_that_has_an_hour_twice_the_next_one_counts():
    between = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 02:45, for the first time.
    assert snooze_until("02:30", "Dana", between, BERLIN).until_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert snooze_until("02:50", "Dana", between, BERLIN).until_at == datetime(2026, 10, 25, 0, 50, tzinfo=UTC)


@pytest.mark.parametrize("clock_time", ["", "24:00", "7:30", "18:30\n", "18:30:00", "six", "-1:00", "18.30"])
def test_what_is_no_time_of_day_is_refused(clock_time):
    with pytest.raises(InputInvalid, match="from 00:00 to 23:59") as refused:
        snooze_until(clock_time, "Dana", START, BERLIN)
    assert refused.value.field == "until"
