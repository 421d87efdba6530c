"""When a scheduled backup is due: by the site's clocks, once, and again after a failure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from webapp.domain.site.backup_schedule import BackupRhythm, BackupSchedule, ScheduledBackups
from webapp.errors import InputInvalid

BERLIN = ZoneInfo("Europe/Berlin")
DAILY = BackupSchedule(BackupRhythm.DAILY, "03:30")
SET = ScheduledBackups(since=datetime(2026, 3, 1, tzinfo=UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_daily_ones_are_due_at_the_time_of_the_site_in_winter_and_in_summer() -> None:
    assert DAILY.newest_slot(at("2026-03-10T02:29"), BERLIN) == at("2026-03-09T02:30")
    assert DAILY.newest_slot(at("2026-03-10T02:30"), BERLIN) == at("2026-03-10T02:30")
    assert DAILY.next_slot(at("2026-07-10T12:00"), BERLIN) == at("2026-07-11T01:30")


def test_a_time_that_the_clocks_leave_out_is_an_hour_later_and_one_that_they_repeat_is_once() -> None:
    left_out = replace(DAILY, at="02:30")
    assert left_out.newest_slot(at("2026-03-29T12:00"), BERLIN) == at("2026-03-29T01:30")
    before, after = at("2026-10-25T00:45"), at("2026-10-25T01:45")
    assert left_out.newest_slot(before, BERLIN) == left_out.newest_slot(after, BERLIN) == at("2026-10-25T00:30")


def test_weekly_ones_are_due_on_their_day() -> None:
    weekly = BackupSchedule(BackupRhythm.WEEKLY, "22:00", weekday=6)
    assert weekly.newest_slot(at("2026-03-11T12:00"), BERLIN) == at("2026-03-08T21:00")
    assert weekly.next_slot(at("2026-03-11T12:00"), BERLIN) == at("2026-03-15T21:00")


def test_none_is_ever_due_where_none_is_wanted() -> None:
    off = BackupSchedule()
    assert off.newest_slot(at("2026-03-11T12:00"), BERLIN) is None
    assert SET.due_slot(off, at("2026-03-11T12:00"), BERLIN) is None


def test_what_was_missed_is_made_up_once() -> None:
    now = at("2026-03-10T12:00")
    slot = SET.due_slot(DAILY, now, BERLIN)
    assert slot == at("2026-03-10T02:30")
    done = SET.made(slot, now, "one").done(slot)
    assert done.due_slot(DAILY, now, BERLIN) is None
    assert done.due_slot(DAILY, now + timedelta(days=9), BERLIN) == at("2026-03-19T02:30")


def test_what_was_planned_before_the_schedule_was_set_is_not_made() -> None:
    just_set = ScheduledBackups(since=at("2026-03-10T09:00"))
    assert just_set.due_slot(DAILY, at("2026-03-10T09:01"), BERLIN) is None
    assert just_set.due_slot(DAILY, at("2026-03-11T02:31"), BERLIN) == at("2026-03-11T02:30")


def test_a_clock_that_was_ahead_and_is_set_back_stops_nothing() -> None:
    ahead = SET.done(at("2036-01-01T02:30"))
    assert ahead.due_slot(DAILY, at("2026-03-11T12:00"), BERLIN) == at("2026-03-11T02:30")


def test_after_a_failure_it_is_tried_again_at_growing_distances() -> None:
    now = at("2026-03-10T02:30")
    failed = SET.tried_in_vain(now, "full")
    assert failed.due_slot(DAILY, now + timedelta(minutes=4), BERLIN) is None
    assert failed.due_slot(DAILY, now + timedelta(minutes=5), BERLIN) is not None
    twice = failed.tried_in_vain(now + timedelta(minutes=5), "full")
    assert twice.due_slot(DAILY, now + timedelta(minutes=19), BERLIN) is None
    for _ in range(9):
        twice = twice.tried_in_vain(now, "full")
    assert twice.due_slot(DAILY, now + timedelta(minutes=60), BERLIN) is not None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"at": "25:00"}, "at"),
        ({"at": "soon"}, "at"),
        ({"keep": 0}, "keep"),
        ({"keep": 61}, "keep"),
        ({"weekday": 7}, "weekday"),
        ({"rhythm": "yearly"}, "rhythm"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        BackupSchedule(**wrong)
    assert refused.value.field == field
