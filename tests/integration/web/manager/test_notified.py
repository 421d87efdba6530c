"""An incident says whom it reached: managers read the channel, staff how far it is."""

import pytest

from tests.integration.notifications.conftest import SECRET, WRITER
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.outcomes import TAKEN, Outcome, SendFailure
from webapp.domain.notifications.routes import Recipient, RecipientKind, Route, Step


@pytest.fixture
def incident_id(web: WebApp, camera: Camera) -> int:
    alice = web.services.accounts.find("alice")
    channel = NotificationChannel(
        ChannelKind.WEBHOOK, "Pager of Alice", alice.user_id, {"url": "http://127.0.0.1:9/", "secret": SECRET}
    )
    told = web.services.notifications
    told.channels.add(channel, alice)
    first = Step(0, (Recipient(RecipientKind.PERSON, alice.user_id),))
    told.routes.put(Route("All", (first, Step(5, (Recipient(RecipientKind.ROLE, "manager"),)))), "root")
    added = web.add_incident(camera)
    told.planner.plan()
    told.fan_out.fan_out()
    return added.incident_id


def send(web: WebApp, outcome: Outcome = TAKEN) -> None:
    for claim in web.services.notifications.deliveries.claim(WRITER, limit=10):
        web.services.notifications.deliveries.finish(claim, outcome)


def test_managers_read_the_channel_and_what_it_answered_and_staff_do_not(web: WebApp, incident_id: int) -> None:
    send(web, Outcome(SendFailure.REFUSED, is_final=True, detail="HTTP 400"))
    page = web.browser("bob").client.get(f"/incidents/{incident_id}").text
    for words in ("<strong>alice</strong>", "Webhook, Pager of Alice", "The server refused the message. (HTTP 400)"):
        assert words in page
    assert "all managers and admins" in page
    seen = web.browser("alice").client.get(f"/incidents/{incident_id}").text
    assert "<strong>alice</strong>" in seen
    for words in ("Pager of Alice", "HTTP 400", "Webhook"):
        assert words not in seen


def test_a_step_that_is_left_out_says_why(web: WebApp, incident_id: int) -> None:
    send(web)
    web.services.incidents.acknowledge(incident_id, "alice")
    web.services.notifications.planner.plan()
    page = web.browser("bob").client.get(f"/incidents/{incident_id}").text
    assert "Left out" in page
    assert "the alert was acknowledged" in page


def test_without_channels_it_says_that_nobody_was_notified(web: WebApp, camera: Camera) -> None:
    page = web.browser("alice").client.get(f"/incidents/{web.add_incident(camera).incident_id}").text
    assert "Nobody was notified beside the open pages" in page


def test_browsers_hear_whom_open_alerts_have_reached_without_a_name(web: WebApp, incident_id: int) -> None:
    socket = web.browser("alice").socket()
    feed = web.app.extensions["amends_reach"]
    socket.get_received("/dashboard")
    feed.push_new()
    (first,) = [one["args"][0]["alerts"] for one in socket.get_received("/dashboard") if one["name"] == "notified"]
    assert [(one["incident_id"], one["on_the_way"], one["people"]) for one in first] == [(incident_id, 1, 0)]
    feed.push_new()
    assert [one for one in socket.get_received("/dashboard") if one["name"] == "notified"] == []
    send(web)
    feed.push_new()
    (after,) = [one["args"][0]["alerts"] for one in socket.get_received("/dashboard") if one["name"] == "notified"]
    assert (after[0]["people"], after[0]["is_nobody"]) == (1, False)
    assert "alice" not in str(after)
    assert "Pager" not in str(after)
