"""Streams and snapshots over HTTP."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.services.dashboard.live_frames import PictureUse
from webapp.settings import Settings, load_settings


def test_the_stream_sends_the_newest_picture_as_multipart(web: WebApp, camera: Camera) -> None:
    web.live.show(camera.camera_id, b"jpeg bytes")
    answer = web.browser("alice").client.get(f"/cameras/{camera.camera_id}/stream.mjpg", buffered=False)
    assert answer.mimetype == "multipart/x-mixed-replace"
    parts = answer.iter_encoded()
    next(parts)
    assert b"jpeg bytes" in next(parts)
    assert web.app.extensions["amends_streams"].count == 1
    answer.close()
    assert web.app.extensions["amends_streams"].count == 0


def test_one_viewer_too_many_is_told_so(settings: Settings, engine: Engine) -> None:
    web = WebApp(load_settings(**{**settings.model_dump(), "stream_max_viewers": 1}), engine)
    web.add_people()
    camera = web.add_camera()
    alice, address = web.browser("alice"), f"/cameras/{camera.camera_id}/stream.mjpg"
    first = alice.client.get(address, buffered=False)
    refused = alice.client.get(address, headers={"Accept": "application/json"})
    assert refused.status_code == 503
    assert "All 1 live views are taken" in refused.get_json()["message"]
    first.close()
    alice.client.get(address, buffered=False).close()


@pytest.mark.security
def test_one_person_does_not_take_all_places(settings: Settings, engine: Engine) -> None:
    web = WebApp(load_settings(**{**settings.model_dump(), "stream_max_per_person": 2}), engine)
    web.add_people()
    address = f"/cameras/{web.add_camera().camera_id}/stream.mjpg"
    desk, phone, bob = web.browser("alice"), web.browser("alice"), web.browser("bob")
    hers = [browser.client.get(address, buffered=False) for browser in (desk, phone)]
    refused = desk.client.get(address, headers={"Accept": "application/json"})
    assert refused.status_code == 503
    assert "You have 2 live views open" in refused.get_json()["message"]
    his = bob.client.get(address, buffered=False)
    assert his.status_code == 200
    for answer in (*hers, his):
        answer.close()


def test_a_snapshot_tells_its_age_and_is_sent_once(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    web.live.show(camera.camera_id, b"jpeg", captured_at=clock.now() - timedelta(seconds=7))
    alice, address = web.browser("alice"), f"/cameras/{camera.camera_id}/snapshot.jpg"
    first = alice.client.get(address)
    assert (first.data, first.headers["X-Frame-Age-Ms"]) == (b"jpeg", "7000")
    clock.advance(1)
    second = alice.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.data, second.headers["X-Frame-Age-Ms"]) == (304, b"", "8000")
    web.live.show(camera.camera_id, b"newer", captured_at=clock.now())
    assert alice.client.get(address, headers={"If-None-Match": first.headers["ETag"]}).data == b"newer"


def test_a_picture_that_nobody_has_looked_at_before_is_drawn_on_request(web: WebApp, camera: Camera) -> None:
    web.live.show(camera.camera_id)
    web.live.draw_when_asked(camera.camera_id, b"drawn")
    assert web.browser("alice").client.get(f"/cameras/{camera.camera_id}/snapshot.jpg").data == b"drawn"
    assert set(web.live.asked) == {(camera.camera_id, PictureUse.LARGE)}


def test_where_no_picture_is_drawn_nobody_waits_for_long(web: WebApp, camera: Camera) -> None:
    web.live.show(camera.camera_id)
    web.live.draw_nothing(camera.camera_id)
    assert web.browser("alice").client.get(f"/cameras/{camera.camera_id}/snapshot.jpg").status_code == 204
    assert len(web.live.asked) < 60


def test_a_camera_without_a_picture_answers_with_nothing(web: WebApp, camera: Camera) -> None:
    assert web.browser("alice").client.get(f"/cameras/{camera.camera_id}/snapshot.jpg").status_code == 204


def test_a_camera_that_is_not_there_is_a_404(web: WebApp) -> None:
    alice = web.browser("alice")
    for address in ("/cameras/9", "/cameras/9/stream.mjpg", "/cameras/9/snapshot.jpg"):
        assert alice.client.get(address).status_code == 404


def test_an_alerts_picture_has_an_address_for_the_time_it_was_taken(web: WebApp, camera: Camera) -> None:
    incident = web.add_incident(camera, jpeg=b"\xff\xd8 first")
    alice, address = web.browser("alice").client, f"/incidents/{incident.incident_id}/snapshot.jpg"
    web.raise_peak(incident.incident_id, 0.9, b"\xff\xd8 better")
    assert alice.get(address).data == b"\xff\xd8 better"
    (told,) = alice.get("/dashboard.json").get_json()["incidents"]
    version = int(web.services.incidents.get(incident.incident_id).snapshot_at.timestamp() * 1000)
    assert told["snapshot_at"]
    assert told["level"] == "high"
    assert f"snapshot.jpg?v={version}" in web.browser("bob").client.get(f"/incidents/{incident.incident_id}").text
