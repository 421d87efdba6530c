"""Staff leave a camera alone for a while: everybody sees it, and it ends by itself."""

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera


def test_a_snooze_is_shown_to_everybody_until_somebody_ends_it(web: WebApp, camera: Camera) -> None:
    web.tail.start_at_end()
    alice, bob = web.browser("alice"), web.browser("bob")
    socket = bob.socket()
    address = f"/cameras/{camera.camera_id}/snooze"
    wanted = {"snoozed_until": "2026-03-02T09:15:00+00:00", "snoozed_by": "alice"}
    assert alice.post_json(address, {"minutes": 15}).get_json() == wanted
    shown = bob.client.get("/dashboard.json").get_json()["cameras"][0]
    assert {name: shown[name] for name in wanted} == wanted
    bob.post_json(f"{address}/end")
    web.tail.push_new()
    pushed = [(told["name"], told["args"][0]) for told in socket.get_received("/dashboard")]
    assert [(name, told["actor"], told["snoozed_until"]) for name, told in pushed] == [
        ("camera_snoozed", "alice", wanted["snoozed_until"]),
        ("camera_snooze_ended", "bob", None),
    ]


@pytest.mark.parametrize("sent", [{}, [], {"minutes": "15"}, {"minutes": 7}, {"minutes": True}, {"minutes": None}])
def test_what_is_not_offered_is_refused(web: WebApp, camera: Camera, sent: object) -> None:
    answer = web.browser("alice").post_json(f"/cameras/{camera.camera_id}/snooze", sent)
    assert (answer.status_code, web.services.cameras.get(camera.camera_id).snooze) == (400, None)
    assert answer.get_json()["message"].startswith("Expected")


def test_the_api_tells_of_it(web: WebApp, camera: Camera) -> None:
    alice = web.api("alice")
    assert alice.call("GET", "/cameras").get_json()[0]["snoozed_until"] is None
    web.services.snoozes.snooze(camera.camera_id, 60, "bob")
    assert alice.call("GET", "/cameras").get_json()[0]["snoozed_until"] == "2026-03-02T10:00:00+00:00"


def test_the_audit_trail_says_who_snoozed_what(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    web.browser("alice").post_json(f"/cameras/{camera.camera_id}/snooze", {"minutes": 5})
    page = web.browser("root").client.get("/admin/audit?topic=cameras").text
    assert "Camera snoozed" in page
    assert "camera: Front desk" in page
