"""Whom an alert has reached, and why somebody is notified."""

from datetime import timedelta

import pytest

from tests.integration.notifications.conftest import person, role
from webapp.domain.cameras.schedule import OpeningHours, OpeningSpan
from webapp.domain.notifications.on_call import OnCallOverride, OnCallSchedule
from webapp.domain.notifications.outcomes import Outcome, SendFailure
from webapp.domain.notifications.quiet_hours import NotificationPreferences
from webapp.domain.notifications.routes import Recipient, RecipientKind, Route, Step

ALL_DAY = OpeningHours(tuple(OpeningSpan(day, 0, 1440) for day in range(7)))


@pytest.fixture
def dana(house):
    return house.person("Dana")


def reach(house):
    (one,) = house.told.reach.of_open()
    return one


def test_people_are_counted_once_however_many_channels_they_have(house, dana):
    house.channel(dana, "phone")
    house.channel(dana, "desk")
    house.channel(house.person("Eve"), "Eve's")
    incident_id = house.alert()
    house.plan()
    before = reach(house)
    assert (before.incident_id, before.people, before.on_the_way, before.is_nobody) == (incident_id, 0, 3, False)
    house.send()
    after = reach(house)
    assert (after.people, after.channels, after.on_the_way, after.is_nobody) == (2, 0, 0, False)
    assert after.tries > before.tries


def test_a_shared_channel_is_no_person(house, dana):
    root = house.person("root", "admin")
    desk = house.channel(None, "pager", by=root)
    house.told.routes.put(Route("all", (Step(0, (Recipient(RecipientKind.CHANNEL, desk),)),)), "root")
    house.alert()
    house.plan()
    house.send()
    assert (reach(house).people, reach(house).channels) == (0, 1)


def test_nobody_could_be_notified_is_said_only_at_the_end(house, dana):
    house.channel(dana, "phone")
    house.told.routes.put(Route("all", (Step(0, (role("staff"),)), Step(5, (person(dana),)))), "root")
    house.alert()
    house.plan()
    house.send(Outcome(SendFailure.REFUSED, is_final=True))
    assert not reach(house).is_nobody  # The second step waits.
    house.after(5)
    house.send(Outcome(SendFailure.REFUSED, is_final=True))
    assert reach(house).is_nobody


def test_quiet_hours_reach_nobody_and_an_alert_that_was_taken_in_time_needs_nobody(house, dana):
    house.channel(dana, "phone")
    house.told.routes.set_preferences(dana.user_id, NotificationPreferences(ALL_DAY))
    house.alert()
    house.plan()
    assert reach(house).is_nobody
    house.told.routes.set_preferences(dana.user_id, NotificationPreferences())
    second = house.alert()
    house.plan()
    house.use_cases.incidents.acknowledge(second, "Dana")
    house.plan()
    assert not house.told.reach.of_open()[-1].is_nobody


def test_what_is_resolved_stands_on_no_card(house, dana):
    house.channel(dana, "phone")
    incident_id = house.alert()
    house.plan()
    house.use_cases.incidents.resolve(incident_id, "Dana", "recovered", "")
    assert house.told.reach.of_open() == []


def test_reasons_are_the_steps_that_lead_to_a_person(house, dana):
    root = house.person("root", "admin")
    told = house.told
    assert [(one.route.kind, one.after_min) for one in told.reasons.of(dana)] == [("alert", 0)]
    assert [one.route.kind for one in told.reasons.of(root)] == ["alert", "camera_offline"]
    now = house.clock.now()
    begin, end = now + timedelta(hours=1), now + timedelta(hours=2)
    nights = told.routes.put_schedule(OnCallSchedule("Nights", (), (OnCallOverride(begin, end, dana.user_id),)), "root")
    on_call = Recipient(RecipientKind.ON_CALL, nights.schedule_id)
    told.routes.put(Route("late", (Step(0, (role("admin"),)), Step(10, (on_call, person(dana))))), "root")
    (reason,) = told.reasons.of(dana)
    assert (reason.after_min, reason.recipient, reason.schedule.name) == (10, on_call, "Nights")
    (turn,) = told.reasons.turns(dana.user_id)
    assert (turn.is_now, turn.begins_at, turn.until_at) == (False, begin, None)
    house.clock.advance(3600)
    (turn,) = told.reasons.turns(dana.user_id)
    assert (turn.is_now, turn.begins_at, turn.until_at) == (True, None, end)
    assert told.reasons.turns(root.user_id) == []
