"""Who would be told, before it counts; and what failed is sent again by whoever put it right."""

import pytest

from tests.integration.notifications.conftest import person, role
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.schedule import OpeningHours, OpeningSpan
from webapp.domain.notifications.deliveries import CancelReason, DeliveryState
from webapp.domain.notifications.outcomes import Outcome, SendFailure
from webapp.domain.notifications.quiet_hours import NotificationPreferences
from webapp.domain.notifications.routes import Route, Step
from webapp.errors import InputInvalid, NotFound

REFUSED = Outcome(SendFailure.REFUSED, is_final=True, detail="HTTP 400")


def told(steps):
    return [
        (one.after_min, [(target.channel.name if target.channel else "", target.reason) for target in one.targets])
        for one in steps
    ]


def test_the_preview_says_whom_each_step_would_tell_and_why_not(house):
    dana, eve = house.person("dana"), house.person("eve", "manager")
    house.channel(dana, "phone")
    steps = (Step(0, (person(dana),)), Step(5, (person(eve),)))
    house.told.routes.put(Route("desk", steps, least_level=AlertLevel.MEDIUM), "root")
    would_tell = house.told.preview.would_tell
    assert told(would_tell(house.camera.camera_id, AlertLevel.MEDIUM)) == [
        (0, [("phone", None)]),
        (5, [("", CancelReason.NO_CHANNEL)]),
    ]
    assert would_tell(house.camera.camera_id, AlertLevel.LOW) == []
    assert house.deliveries() == []


def test_the_preview_is_what_is_sent(house):
    dana = house.person("dana")
    house.channel(dana, "phone")
    quiet = OpeningHours(tuple(OpeningSpan(day, 0, 24 * 60) for day in range(7)))
    house.told.routes.set_preferences(dana.user_id, NotificationPreferences(quiet))
    house.told.routes.put(Route("desk", (Step(0, (role("staff"),)), Step(5, (role("staff"),)))), "root")
    preview = told(house.told.preview.would_tell(house.camera.camera_id, AlertLevel.MEDIUM))
    house.alert(AlertLevel.MEDIUM)
    house.plan()
    house.after(5)
    sent = [(one.after_min, [(one.channel_name, one.reason)]) for one in reversed(house.deliveries())]
    assert preview == sent == [(0, [("phone", CancelReason.QUIET_HOURS)]), (5, [("phone", None)])]


@pytest.fixture
def failed(house):
    dana = house.person("dana")
    house.channel(dana, "phone")
    house.told.routes.put(Route("desk", (Step(0, (person(dana),)),)), "root")
    house.alert()
    house.plan()
    house.send(REFUSED)
    return house.deliveries()[0]


def test_what_failed_is_sent_again_with_the_same_key(house, failed):
    assert failed.state is DeliveryState.FAILED
    house.told.deliveries.retry(failed.delivery_id, "root")
    assert house.send() == ["phone"]
    again = house.deliveries()[0]
    assert (again.key, again.state, again.attempts) == (failed.key, DeliveryState.DELIVERED, 2)
    with pytest.raises(InputInvalid):
        house.told.deliveries.retry(failed.delivery_id, "root")


def test_what_is_no_news_any_more_is_not_sent_again(house, failed):
    house.clock.advance(25 * 3600)
    with pytest.raises(InputInvalid):
        house.told.deliveries.retry(failed.delivery_id, "root")
    with pytest.raises(NotFound):
        house.told.deliveries.retry(failed.delivery_id + 1, "root")


def test_the_log_is_read_by_state_and_page_by_page(house, failed):
    house.told.channels.test(failed.channel_id, house.people["dana"])
    latest = house.told.deliveries.latest
    assert [one.delivery_id for one in latest(states=[DeliveryState.FAILED])] == [failed.delivery_id]
    newest = latest(limit=1)[0]
    assert [one.delivery_id for one in latest(before_id=newest.delivery_id)] == [failed.delivery_id]
