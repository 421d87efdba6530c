"""Staff leave a camera alone for a while: everybody sees it, and it ends by itself."""

from dataclasses import replace

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


@pytest.mark.parametrize(
    "sent",
    [
        {}, [], {"minutes": "15"}, {"minutes": 0}, {"minutes": 1441}, {"minutes": True}, {"minutes": None},
        {"until": "25:00"}, {"until": 18}, {"minutes": 15, "until": "18:30"},
    ],
)  # fmt: skip
def test_what_is_not_offered_is_refused(web: WebApp, camera: Camera, sent: object) -> None:
    answer = web.browser("alice").post_json(f"/cameras/{camera.camera_id}/snooze", sent)
    assert (answer.status_code, web.services.cameras.get(camera.camera_id).snooze) == (400, None)
    assert answer.get_json()["message"].startswith("Expected")


def test_a_time_of_ones_own_is_in_minutes_or_until_the_sites_clocks_show_it(web: WebApp, camera: Camera) -> None:
    web.services.site.change(replace(web.services.site.get(), time_zone="Asia/Kolkata"), "root")
    alice = web.browser("alice")
    address = f"/cameras/{camera.camera_id}/snooze"
    assert alice.post_json(address, {"minutes": 37}).get_json()["snoozed_until"] == "2026-03-02T09:37:00+00:00"
    assert alice.post_json(address, {"until": "18:30"}).get_json()["snoozed_until"] == "2026-03-02T13:00:00+00:00"
    assert alice.client.get("/dashboard.json").get_json()["cameras"][0]["snoozed_until"] == "2026-03-02T13:00:00+00:00"
    assert "on the clocks of Asia/Kolkata" in alice.client.get(f"/cameras/{camera.camera_id}").text


def test_a_refusal_names_the_field_and_its_bounds(web: WebApp, camera: Camera) -> None:
    alice = web.browser("alice")
    address = f"/cameras/{camera.camera_id}/snooze"
    answer = alice.post_json(address, {"minutes": 2000})
    assert answer.get_json()["message"] == "Expected to snooze for 1 to 1440 minutes, got 2000."
    assert "00:00 to 23:59" in alice.post_json(address, {"until": "24:00"}).get_json()["message"]


def test_a_program_snoozes_and_ends_it(web: WebApp, camera: Camera) -> None:
    alice = web.api("alice")
    address = f"/cameras/{camera.camera_id}/snooze"
    begun = alice.call("POST", address, {"until": "18:30"})
    assert (begun.status_code, begun.get_json()) == (
        200, {"camera_id": camera.camera_id, "snoozed_until": "2026-03-02T18:30:00+00:00", "snoozed_by": "alice"},
    )  # fmt: skip
    ended = alice.call("DELETE", address).get_json()
    assert (ended["snoozed_until"], ended["snoozed_by"]) == (None, None)
    for sent in ({}, {"minutes": 0}, {"minutes": 1441}, {"minutes": 5, "until": "18:30"}, {"until": "half past six"}):
        assert alice.call("POST", address, sent).status_code == 422, sent
    assert alice.call("POST", "/cameras/99/snooze", {"minutes": 5}).status_code == 404


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
