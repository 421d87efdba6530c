"""Whoever is on call from now on is told so, once, until when, and how many alerts wait."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.notifications.conftest import WRITER
from webapp.domain.cameras.schedule import OpeningHours, OpeningSpan
from webapp.domain.notifications.on_call import OnCallOverride, OnCallSchedule, OnCallSlot
from webapp.domain.notifications.outcomes import TAKEN
from webapp.domain.notifications.quiet_hours import NotificationPreferences
from webapp.services.notifications.hand_overs import HandOverService

MONDAY_NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
H = 60


@pytest.fixture
def desk(house):
    """Put Dana on call from nine to five, and Eve after her."""
    house.clock.set(MONDAY_NINE - timedelta(minutes=1))
    dana, eve = house.person("dana"), house.person("eve")
    house.channel(dana, "dana's phone")
    house.channel(eve, "eve's phone")
    slots = (
        OnCallSlot(OpeningSpan(0, 9 * H, 17 * H), dana.user_id),
        OnCallSlot(OpeningSpan(0, 17 * H, 22 * H), eve.user_id),
    )
    return house.told.routes.put_schedule(OnCallSchedule("desk", slots), "root")


def hand_over(house, service=None):
    state = house.told.deliveries.state()
    (service or house.told.hand_overs).tend(state.last_event_id)
    house.plan()


def said(house):
    """Send what is due and return to which channels, with the words."""
    found = []
    while claims := house.told.deliveries.claim(WRITER, limit=10):
        for claim in claims:
            found.append((claim.channel.name, claim.message.text))
            house.told.deliveries.finish(claim, TAKEN)
    return found


def test_each_is_told_at_the_beginning_of_the_turn_and_nobody_else(house, desk):
    hand_over(house)
    assert said(house) == []
    house.clock.set(MONDAY_NINE)
    hand_over(house)
    assert said(house) == [("dana's phone", "Your turn has begun and lasts until 2026-03-02 17:00. Open alerts: 0.")]
    house.clock.advance(3600)
    hand_over(house)
    assert said(house) == []
    house.alert()
    house.clock.set(MONDAY_NINE + timedelta(hours=8))
    hand_over(house)
    assert said(house)[-1] == (
        "eve's phone",
        "Your turn has begun and lasts until 2026-03-02 22:00. Open alerts: 1.",
    )


def test_a_process_that_begins_anew_tells_nobody_twice_and_leaves_nobody_out(house, desk):
    house.clock.set(MONDAY_NINE)
    for _ in range(3):
        told = house.told
        hand_over(house, HandOverService(told.unit_of_work, told.clock, told.zone))
    assert [name for name, _words in said(house)] == ["dana's phone"]
    house.clock.set(MONDAY_NINE + timedelta(hours=10))
    hand_over(house, HandOverService(told.unit_of_work, told.clock, told.zone))
    assert [name for name, _words in said(house)] == ["eve's phone"]


def test_an_exception_is_a_hand_over_as_soon_as_it_is_saved(house, desk):
    house.clock.set(MONDAY_NINE)
    hand_over(house)
    said(house)
    eve = house.people["eve"].user_id
    override = OnCallOverride(MONDAY_NINE, MONDAY_NINE + timedelta(hours=1), eve)
    house.told.routes.put_schedule(OnCallSchedule("desk", desk.slots, (override,), desk.schedule_id), "root")
    hand_over(house)
    assert [name for name, _words in said(house)] == ["eve's phone"]
    house.clock.advance(3600)
    hand_over(house)
    assert [name for name, _words in said(house)] == ["dana's phone"]


def test_quiet_hours_are_kept(house, desk):
    always_quiet = OpeningHours(tuple(OpeningSpan(day, 0, 24 * H) for day in range(7)))
    house.told.routes.set_preferences(house.people["dana"].user_id, NotificationPreferences(always_quiet))
    house.clock.set(MONDAY_NINE)
    hand_over(house)
    assert said(house) == []
    assert house.log() == [("dana's phone", "cancelled", "quiet_hours")]


def test_between_hand_overs_nothing_is_read(house, desk):
    service = house.told.hand_overs
    state = house.told.deliveries.state()
    service.tend(state.last_event_id)
    service.unit_of_work = None  # Whoever asks the database now fails.
    assert service.tend(state.last_event_id) is False
