"""Who viewed live pictures or read the log, and how, is in the audit trail; a wall of cameras is one line of it."""

import pytest

from tests.support.clocks import FakeClock
from tests.support.transactions import counted
from tests.support.web_app import HOW, WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.domain.events import EventKind

pytestmark = pytest.mark.security


def test_a_live_view_is_noted_once_an_hour_per_camera_and_session(
    web: WebApp, camera: Camera, clock: FakeClock
) -> None:
    web.live.show(camera.camera_id, b"jpeg")
    alice, phone = web.browser("alice"), web.browser("alice")
    for browser, seconds in ((alice, 0), (alice, 60), (phone, 0), (alice, 3600)):
        clock.advance(seconds)
        assert browser.client.get(f"/cameras/{camera.camera_id}/snapshot.jpg").status_code == 200
    assert web.audited(EventKind.LIVE_VIEWED) == [("alice", {"cameras": {"1": "Front desk"}, **HOW})] * 3


def test_a_wall_of_sixteen_is_one_line_and_one_write_an_hour(web: WebApp, clock: FakeClock) -> None:
    ids = [web.add_camera(f"Camera {number}").camera_id for number in range(16)]
    alice, have = web.browser("alice"), ",".join(f"{camera_id}-0" for camera_id in ids)
    with counted(web.engine) as count:
        for _second in range(20):
            clock.advance(1)
            alice.client.get(f"/cameras/pictures?have={have}")
    assert count.writing == 1
    ((person, noted),) = web.audited(EventKind.LIVE_VIEWED)
    assert person == "alice"
    assert noted["cameras"] == {str(camera_id): f"Camera {camera_id - 1}" for camera_id in ids}


def test_a_stream_that_lasts_is_noted_every_hour(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    web.live.show(camera.camera_id, b"jpeg")
    answer = web.browser("alice").client.get(f"/cameras/{camera.camera_id}/stream.mjpg", buffered=False)
    parts = answer.iter_encoded()
    for hour in range(3):
        web.live.show(camera.camera_id, b"jpeg %d" % hour)
        next(parts)
        clock.advance(3600)
    answer.close()
    assert len(web.audited(EventKind.LIVE_VIEWED)) >= 2


def test_a_picture_of_a_camera_that_is_being_set_up_is_noted(web: WebApp) -> None:
    web.browser("root").post_json("/admin/cameras/probe", {"url": "demo:"})
    assert web.audited(EventKind.LIVE_VIEWED) == [("root", {"unsaved": True, **HOW})]


def test_who_saw_no_picture_has_not_viewed(web: WebApp, camera: Camera) -> None:
    alice = web.browser("alice").client
    assert alice.get(f"/cameras/{camera.camera_id}/snapshot.jpg").status_code == 204
    assert alice.get("/cameras/9/snapshot.jpg").status_code == 404
    assert alice.get("/cameras/pictures?have=9-0").status_code == 200
    assert web.audited(EventKind.LIVE_VIEWED) == []


def test_the_log_read_over_the_api_is_an_export_by_the_tokens_name(
    web: WebApp, camera: Camera, clock: FakeClock
) -> None:
    for _number in range(5):
        web.add_incident(camera)
    bob = web.api("bob")
    for page in (1, 2, 3):
        assert bob.call("GET", f"/incidents?page_size=2&page={page}").status_code == 200
    assert bob.call("GET", "/incidents?state=new").status_code == 200
    clock.advance(3600)
    assert bob.call("GET", "/incidents/1").status_code == 200
    assert web.audited(EventKind.LOG_EXPORTED) == [
        ("bob", {"token": "unnamed"}),
        ("bob", {"filter": {"state": "new"}, "token": "unnamed"}),
        ("bob", {"token": "unnamed"}),
    ]


def test_a_program_that_asks_for_what_is_new_does_not_fill_the_trail(
    web: WebApp, camera: Camera, clock: FakeClock
) -> None:
    bob = web.api("bob")
    for second in range(60):
        clock.advance(1)
        assert bob.call("GET", f"/incidents?opened_from=2026-03-01T00:00:{second:02d}Z").status_code == 200
    noted = web.audited(EventKind.LOG_EXPORTED)
    assert len(noted) == 21
    assert noted[-1] == ("bob", {"more": True, "token": "unnamed"})


def test_faces_read_over_the_api_are_a_live_view(web: WebApp, camera: Camera) -> None:
    web.live.show(camera.camera_id, b"jpeg")
    assert web.api("alice").call("GET", f"/cameras/{camera.camera_id}/faces").status_code == 200
    assert web.audited(EventKind.LIVE_VIEWED) == [("alice", {"cameras": {"1": "Front desk"}, "token": "unnamed"})]
