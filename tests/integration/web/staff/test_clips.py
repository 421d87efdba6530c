"""The clip of an alert goes to whoever may see its picture, in parts, and leaves with it."""

from datetime import timedelta

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import HOW, WebApp
from webapp.domain.alerts.clips import Clip
from webapp.domain.cameras.cameras import Camera
from webapp.domain.events import EventKind
from webapp.domain.site.retention import KeptKind
from webapp.services.alerts.clip_recorder import ClipRecorder

WEBM = bytes(range(256)) * 4


def clipped(web: WebApp, camera: Camera) -> int:
    """Return an incident with a picture and a clip that began six seconds before it."""
    incident = web.add_incident(camera, jpeg=b"a face")
    recorder = ClipRecorder(web.unit_of_work, web.snapshots, web.clock)
    clip = Clip(WEBM, incident.opened_at - timedelta(seconds=6), ((0.0, 0.25), (6.0, 0.75)))
    assert recorder.keep(incident.incident_id, clip)
    assert not recorder.keep(incident.incident_id, clip)
    return incident.incident_id


@pytest.mark.security
def test_a_clip_is_shown_to_whoever_may_see_the_picture(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    incident_id = clipped(web, camera)
    address = f"/incidents/{incident_id}/clip.webm"
    assert web.browser().client.get(address).status_code in (302, 401)
    alice = web.browser("alice").client
    assert alice.get("/incidents/77/clip.webm").status_code == 404
    answer = alice.get(address)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, WEBM, "video/webm")
    assert "no-store" in answer.headers["Cache-Control"]
    assert alice.get(f"/incidents/{incident_id}/clip.json").get_json() == {
        "began_s": -6.0,
        "scores": [[0.0, 0.25], [6.0, 0.75]],
    }
    web.end(incident_id)
    web.services.incidents.resolve(incident_id, "bob", "recovered")
    clock.advance(25 * 3600.0)
    assert [one.get(address).status_code for one in (web.browser("alice").client, web.browser("bob").client)] == [
        404,
        200,
    ]


def test_a_browser_gets_the_parts_it_asks_for(web: WebApp, camera: Camera) -> None:
    address = f"/incidents/{clipped(web, camera)}/clip.webm"
    alice = web.browser("alice").client
    part = alice.get(address, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, WEBM[100:200], "bytes 100-199/1024")
    assert alice.get(address, headers={"Range": "bytes=2000-"}).status_code == 416
    assert alice.get(address).headers["Accept-Ranges"] == "bytes"


@pytest.mark.security
def test_who_plays_a_clip_is_on_record_once_an_hour_also_in_parts(
    web: WebApp, camera: Camera, clock: FakeClock
) -> None:
    incident_id = clipped(web, camera)
    alice = web.browser("alice").client
    for headers in ({"Range": "bytes=0-"}, {"Range": "bytes=500-"}, {}):
        alice.get(f"/incidents/{incident_id}/clip.webm", headers=headers)
    assert web.audited(EventKind.CLIP_VIEWED) == [("alice", {"incident": incident_id, **HOW})]
    clock.advance(3600)
    alice.get(f"/incidents/{incident_id}/clip.webm")
    assert len(web.audited(EventKind.CLIP_VIEWED)) == 2


def test_pages_and_api_say_that_there_is_a_clip(web: WebApp, camera: Camera) -> None:
    without, incident_id = web.add_incident(camera).incident_id, clipped(web, camera)
    listed = web.api("bob").call("GET", "/incidents").get_json()["incidents"]
    assert {one["incident_id"]: one["has_clip"] for one in listed} == {without: False, incident_id: True}
    alice = web.browser("alice").client
    assert 'id="clip-open" hidden' in alice.get(f"/incidents/{without}").text
    page = alice.get(f"/incidents/{incident_id}").text
    assert 'id="clip-open">' in page
    assert "Clip kept" not in page  # It is no news of the incident.


def test_a_clip_goes_when_its_picture_goes_and_the_alert_stays(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    incident_id = clipped(web, camera)
    clock.advance(10 * 24 * 3600.0 + 60)
    assert web.services.retention.delete_batch()[KeptKind.SNAPSHOTS] == 2
    assert not [path for path in web.settings.snapshots_dir.rglob("*") if path.is_file()]
    incident = web.services.incidents.get(incident_id)
    assert (incident.has_snapshot, incident.has_clip) == (False, False)


def test_what_no_alert_knows_of_is_swept_with_the_pictures_of_its_day(web: WebApp, clock: FakeClock) -> None:
    web.snapshots.save(WEBM, clock.now(), "webm")
    clock.advance(12 * 24 * 3600.0)
    assert web.services.retention.sweep() == 1
