"""The large camera's last minute and its recent alerts."""

from datetime import timedelta

from tests.fakes.web import face
from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera


def see(web: WebApp, camera: Camera, clock: FakeClock, emotion: str, *, alerting: bool = False) -> None:
    seen = face(1, emotion, 0.8, alerting)
    web.live.show(camera.camera_id, b"jpeg", seen, captured_at=clock.now())
    web.faces.look_at(camera.camera_id)


def test_it_says_who_looked_how_and_when_nothing_is_known(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    for emotion in ("neutral", "neutral", "angry"):
        see(web, camera, clock, emotion)
        clock.advance(1)
    told = web.browser("alice").client.get(f"/cameras/{camera.camera_id}/minute.json").get_json()
    first, second = told["stretches"]
    assert (first["words"], first["from_s"], first["to_s"], first["confidence"]) == ("neutral", 3.0, 1.0, 0.8)
    assert (second["words"], second["from_s"], second["alerting"]) == ("angry-looking", 1.0, False)
    assert told["gaps"] == [{"from_s": 60.0, "to_s": 3.0}]


def test_it_is_noted_while_nobody_is_looking(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    assert len(web.app.extensions["amends_viewers"]) == 0
    see(web, camera, clock, "happy", alerting=True)
    (stretch,) = web.browser("alice").client.get(f"/cameras/{camera.camera_id}/minute.json").get_json()["stretches"]
    assert stretch["alerting"]
    assert (stretch["words"], stretch["emotion"], stretch["confidence"]) == ("angry-looking, high", "angry", None)


def test_recent_alerts_lead_to_the_incident_and_never_to_a_bare_picture(
    web: WebApp, camera: Camera, clock: FakeClock
) -> None:
    incident = web.add_incident(camera, jpeg=b"\xff\xd8", at=clock.now() - timedelta(minutes=5))
    address = f"/cameras/{camera.camera_id}/recent"
    for name in ("alice", "bob"):
        page = web.browser(name).client.get(address).text
        assert f'href="/incidents/{incident.incident_id}"' in page
        assert ".jpg" not in page


def test_a_camera_that_is_not_there_has_neither(web: WebApp) -> None:
    for address in ("/cameras/9/minute.json", "/cameras/9/recent"):
        assert web.browser("alice").client.get(address).status_code == 404
