"""Since somebody last looked: by person, on whatever device, up to what they have seen."""

from typing import Any

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp, WebBrowser
from webapp.domain.cameras.cameras import Camera, CameraState, StateReason


def missed(browser: WebBrowser) -> Any:
    return browser.client.get("/handover.json").get_json()


def see_all(browser: WebBrowser) -> None:
    sent = browser.post_json("/handover/seen", {"last_event_id": missed(browser)["last_event_id"]})
    assert sent.status_code == 204


def test_who_comes_for_the_first_time_has_missed_nothing(web: WebApp, camera: Camera) -> None:
    web.add_incident(camera)
    told = missed(web.browser("alice"))
    assert (told["since"], told["incidents"], told["cameras"]) == (None, [], [])


def test_what_happened_while_one_was_away_is_told_once_on_any_device(
    web: WebApp, camera: Camera, clock: FakeClock
) -> None:
    desk, phone, bob = web.browser("alice"), web.browser("alice"), web.browser("bob")
    for browser in (desk, bob):
        see_all(browser)
    looked_at = clock.now()
    clock.advance(600)
    incident = web.add_incident(camera)
    web.services.incidents.acknowledge(incident.incident_id, "bob")
    web.services.cameras.report_state(camera.camera_id, CameraState.OFFLINE, StateReason("timed out"))
    told = missed(phone)
    assert told["since"] == looked_at.isoformat()
    assert [(one["camera"], one["taken_by"], one["is_new"]) for one in told["incidents"]] == [
        ("Front desk", "bob", True)
    ]
    assert [(one["camera"], one["reason"], one["back_at"]) for one in told["cameras"]] == [
        ("Front desk", "timed out", None)
    ]
    see_all(phone)
    assert missed(desk)["incidents"] == missed(desk)["cameras"] == []
    assert len(missed(bob)["incidents"]) == 1


def test_a_device_that_is_behind_takes_nothing_back(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    alice = web.browser("alice")
    web.add_incident(camera)
    see_all(alice)
    alice.post_json("/handover/seen", {"last_event_id": 0})
    clock.advance(600)
    assert missed(alice)["incidents"] == []
    alice.post_json("/handover/seen", {"last_event_id": 10**9})
    web.add_incident(camera)
    clock.advance(59)
    assert missed(alice)["incidents"] == [], "who was away for a moment finds it in the queue"
    clock.advance(1)
    assert len(missed(alice)["incidents"]) == 1, "nobody has seen what is still to come"


@pytest.mark.parametrize("sent", [{}, [], {"last_event_id": "1"}, {"last_event_id": -1}, {"last_event_id": True}])
def test_what_is_no_place_in_the_log_is_refused(web: WebApp, sent: object) -> None:
    answer = web.browser("alice").post_json("/handover/seen", sent)
    assert answer.status_code == 400
    assert answer.get_json()["message"].startswith("Expected")
