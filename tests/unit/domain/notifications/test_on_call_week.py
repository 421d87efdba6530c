"""The week of a schedule as it is drawn: each day whole, and what is nobody's is said."""

import pytest

from tests.unit.domain.notifications.test_on_call import BERLIN, DANA, DAY_AND_NIGHT, EVE, H, berlin
from webapp.domain.cameras.schedule import OpeningSpan
from webapp.domain.notifications.on_call import OnCallSchedule, OnCallSlot
from webapp.domain.notifications.on_call_week import ALL_WEEK, DAY_MIN, OnCallGap, gaps_of, week_of

MONDAY, FRIDAY, SUNDAY = 0, 4, 6


def slot(weekday: int, begin_h: int, end_h: int, user_id: int = DANA) -> OnCallSlot:
    return OnCallSlot(OpeningSpan(weekday, begin_h * H, end_h * H), user_id)


def test_each_day_is_whole_and_what_lasts_over_midnight_is_on_both():
    week = week_of([slot(MONDAY, 8, 16), slot(MONDAY, 22, 6, EVE)])
    monday = [(one.begin_minute // H, one.end_minute // H, set(one.user_ids)) for one in week[0]]
    assert monday == [(0, 8, set()), (8, 16, {DANA}), (16, 22, set()), (22, 24, {EVE})]
    assert [(one.end_minute // H, set(one.user_ids)) for one in week[1]] == [(6, {EVE}), (24, set())]


def test_what_overlaps_is_a_stretch_of_both():
    stretches = week_of([slot(MONDAY, 8, 16), slot(MONDAY, 12, 20, EVE)])[0]
    assert [set(one.user_ids) for one in stretches] == [set(), {DANA}, {DANA, EVE}, {EVE}, set()]


def test_a_night_from_sunday_is_on_monday_too():
    week = week_of([slot(SUNDAY, 22, 6)])
    assert [(one.begin_minute // H, set(one.user_ids)) for one in week[0]] == [(0, {DANA}), (6, set())]


@pytest.mark.parametrize(
    ("slots", "gaps"),
    [
        (DAY_AND_NIGHT.slots, []),
        ([], [ALL_WEEK]),
        ([slot(weekday, 0, 24) for weekday in range(7)], []),
        (
            [slot(weekday, 0, 24) for weekday in range(1, 7)] + [slot(MONDAY, 0, 2), slot(MONDAY, 6, 24)],
            [OnCallGap(MONDAY, 2 * H, MONDAY, 6 * H)],
        ),
        (
            [slot(weekday, 0, 24) for weekday in range(4)] + [slot(FRIDAY, 0, 18)],
            [OnCallGap(FRIDAY, 18 * H, SUNDAY, DAY_MIN)],
        ),
        (
            [slot(weekday, 0, 24) for weekday in range(1, 6)],
            [OnCallGap(SUNDAY, 0, MONDAY, DAY_MIN)],
        ),
    ],
)
def test_what_is_nobodys_is_said_as_one_however_long_it_is(slots, gaps):
    assert list(gaps_of(slots)) == gaps


def test_the_end_of_a_turn_is_when_its_person_goes_not_when_somebody_comes_beside():
    schedule = OnCallSchedule("desk", (slot(MONDAY, 8, 16), slot(MONDAY, 12, 20, EVE)))
    assert schedule.ends_for(DANA, berlin(2026, 3, 2, 9, 0), BERLIN) == berlin(2026, 3, 2, 16, 0)


def test_who_is_always_on_call_has_no_end():
    always = OnCallSchedule("desk", tuple(slot(weekday, 0, 24) for weekday in range(7)))
    assert always.ends_for(DANA, berlin(2026, 3, 2, 9, 0), BERLIN) is None
