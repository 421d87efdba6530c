"""Who is on call: by the week, in the nights on which clocks are changed, with exceptions, and who comes next."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from webapp.domain.cameras.schedule import OpeningSpan
from webapp.domain.notifications.on_call import (
    OnCallOverride,
    OnCallSchedule,
    OnCallSlot,
    overrides_from_list,
    slots_from_list,
)
from webapp.errors import InputInvalid

BERLIN = ZoneInfo("Europe/Berlin")
DANA, EVE, FAY = 1, 2, 3
H = 60
# Dana by day, Eve by night, every day.
DAY_AND_NIGHT = OnCallSchedule(
    "front desk",
    tuple(
        slot
        for weekday in range(7)
        for slot in (
            OnCallSlot(OpeningSpan(weekday, 7 * H, 19 * H), DANA),
            OnCallSlot(OpeningSpan(weekday, 19 * H, 7 * H), EVE),
        )
    ),
)


def berlin(*when: int, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "who"),
    [
        (berlin(2026, 3, 2, 6, 59), EVE),
        (berlin(2026, 3, 2, 7, 0), DANA),
        (berlin(2026, 3, 2, 18, 59), DANA),
        (berlin(2026, 3, 2, 19, 0), EVE),
        (berlin(2026, 3, 3, 0, 30), EVE),
    ],
)
def test_each_has_their_hours_over_midnight_too(at, who):
    assert DAY_AND_NIGHT.on_call(at, BERLIN) == {who}


def test_somebody_is_on_call_at_every_minute_of_the_nights_on_which_clocks_are_changed():
    for begin in (berlin(2026, 3, 28, 18, 0), berlin(2026, 10, 24, 18, 0)):
        for minute in range(14 * 60):
            assert len(DAY_AND_NIGHT.on_call(begin + timedelta(minutes=minute), BERLIN)) == 1


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 28), 11), ((2026, 10, 24), 13), ((2026, 5, 2), 12)])
def test_the_night_is_as_long_as_the_clock_makes_it(day, hours):
    begin = berlin(*day, 19, 0)
    hand_over = DAY_AND_NIGHT.next_hand_over(begin, BERLIN)
    assert hand_over is not None
    assert hand_over.at - begin == timedelta(hours=hours)
    assert (hand_over.leaving, hand_over.coming) == ({EVE}, {DANA})


def test_an_exception_replaces_the_week_and_the_one_that_began_last_holds():
    noon = berlin(2026, 3, 2, 12)
    schedule = OnCallSchedule(
        "desk",
        DAY_AND_NIGHT.slots,
        (
            OnCallOverride(noon - timedelta(hours=3), noon + timedelta(hours=3), FAY),
            OnCallOverride(noon - timedelta(hours=1), noon + timedelta(hours=1), None),
        ),
    )
    seen = [schedule.on_call(noon + timedelta(hours=ahead), BERLIN) for ahead in (-4, -2, 0, 1, 3)]
    assert seen == [{DANA}, {FAY}, set(), {FAY}, {DANA}]


def test_a_hand_over_names_who_leaves_and_who_comes():
    noon = berlin(2026, 3, 2, 12)
    covered = OnCallSchedule("desk", DAY_AND_NIGHT.slots, (OnCallOverride(noon, noon + timedelta(hours=10), FAY),))
    first = covered.next_hand_over(noon - timedelta(hours=1), BERLIN)
    assert first is not None
    assert (first.at, first.leaving, first.coming) == (noon, {DANA}, {FAY})
    second = covered.next_hand_over(noon, BERLIN)
    assert second is not None
    # Not at seven in the evening: the exception goes on.
    assert (second.at, second.coming) == (noon + timedelta(hours=10), {EVE})


def test_slots_that_follow_each_other_without_a_change_are_no_hand_over():
    always = OnCallSchedule("desk", tuple(OnCallSlot(OpeningSpan(day, 0, 24 * H), DANA) for day in range(7)))
    assert always.next_hand_over(berlin(2026, 3, 2, 12), BERLIN) is None
    assert OnCallSchedule("empty").on_call(berlin(2026, 3, 2, 12), BERLIN) == frozenset()


def test_what_is_stored_reads_as_it_was():
    at = berlin(2026, 3, 2, 12)
    schedule = OnCallSchedule("desk", DAY_AND_NIGHT.slots, (OnCallOverride(at, at + timedelta(hours=1), None),))
    slots, overrides = slots_from_list(schedule.slots_as_list()), overrides_from_list(schedule.overrides_as_list())
    assert OnCallSchedule("desk", slots, overrides) == schedule
    assert schedule.without_old(at + timedelta(hours=2)).overrides == ()


def test_exceptions_end_after_they_begin():
    at = berlin(2026, 3, 2, 12)
    for ends_at in (at, at - timedelta(hours=1), at + timedelta(days=32)):
        with pytest.raises(InputInvalid):
            OnCallOverride(at, ends_at, DANA)
