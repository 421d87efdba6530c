"""Staff see what is open and what was a day ago at most; the rest is the log's, which they may not open."""

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera

pytestmark = pytest.mark.security
DAY_S = 24 * 3600.0


@pytest.fixture
def old(web: WebApp, camera: Camera, clock: FakeClock) -> int:
    """A resolved incident of yesterday, with a note about somebody."""
    incident_id = web.add_incident(camera, jpeg=b"a face").incident_id
    web.end(incident_id)
    web.services.incidents.resolve(incident_id, "bob", "recovered", "The lady in the red coat")
    clock.advance(DAY_S)
    return incident_id


def everything_received(web: WebApp, name: str, last_event_id: int) -> str:
    socket = web.browser(name).socket(catch_up=True)
    socket.emit("catch_up", {"last_event_id": last_event_id}, namespace="/dashboard")
    return str(socket.get_received("/dashboard"))


def test_catching_up_sends_no_note_of_yesterday(web: WebApp, old: int) -> None:
    received = everything_received(web, "alice", 0)
    assert "red coat" not in received
    assert "reload" in received


def test_catching_up_sends_what_was_today(web: WebApp, camera: Camera) -> None:
    incident_id = web.add_incident(camera).incident_id
    web.services.incidents.resolve(incident_id, "bob", "recovered", "Coffee on the house")
    assert "Coffee on the house" in everything_received(web, "alice", 0)


@pytest.mark.parametrize(("name", "status"), [("alice", 404), ("bob", 200), ("root", 200)])
def test_an_old_picture_is_the_managers(web: WebApp, old: int, name: str, status: int) -> None:
    assert web.browser(name).client.get(f"/incidents/{old}/snapshot.jpg").status_code == status


def test_staff_see_the_picture_of_what_is_open_however_old_and_of_what_was_today(
    web: WebApp, camera: Camera, clock: FakeClock
) -> None:
    waiting = web.add_incident(camera, jpeg=b"a face").incident_id
    clock.advance(7 * DAY_S)
    address = f"/incidents/{waiting}/snapshot.jpg"
    assert web.browser("alice").client.get(address).status_code == 200
    web.services.incidents.resolve(waiting, "bob", "recovered")
    clock.advance(DAY_S - 1)
    assert web.browser("alice").client.get(address).status_code == 200
    clock.advance(1)
    assert web.browser("alice").client.get(address).status_code == 404


@pytest.mark.parametrize("page", ["/cameras/1", "/cameras/1/recent"])
def test_a_cameras_page_lists_to_staff_what_is_recent(web: WebApp, old: int, page: str) -> None:
    assert f"/incidents/{old}" not in web.browser("alice").client.get(page).text
    assert f"/incidents/{old}" in web.browser("bob").client.get(page).text


def test_a_handover_tells_staff_what_is_recent(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    for name in ("alice", "bob"):
        web.browser(name).post_json("/handover/seen", {"last_event_id": 0})
    web.add_incident(camera)
    clock.advance(DAY_S)
    new = web.add_incident(camera).incident_id
    told = {
        name: [one["incident_id"] for one in web.browser(name).client.get("/handover.json").json["incidents"]]
        for name in ("alice", "bob")
    }
    assert told == {"alice": [new], "bob": [new, 1]}


@pytest.mark.parametrize("act", ["acknowledge", "resolve", "undo"])
def test_an_act_on_an_old_alert_tells_nobody_who_resolved_it(web: WebApp, old: int, act: str) -> None:
    answer = web.browser("alice").post_json(f"/incidents/{old}/{act}", {"outcome": "recovered", "note": ""})
    assert answer.status_code == 409
    assert "bob" not in answer.text
    assert "red coat" not in answer.text


def test_a_program_of_staff_gets_open_alerts_alone(web: WebApp, old: int) -> None:
    alice = web.api("alice")
    assert alice.call("GET", "/incidents/open").json == []
    assert alice.call("GET", f"/incidents/{old}").status_code == 403
    assert alice.call("GET", "/incidents").status_code == 403
