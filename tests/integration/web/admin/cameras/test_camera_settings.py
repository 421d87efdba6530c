"""Masks, turn, rate and hours on the admin's pages."""

import json
import re

import pytest

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.zones import ZoneKind
from webapp.domain.events import EventKind

TILL = {"kind": "privacy", "name": "Till", "points": [[0.1, 0.1], [0.4, 0.1], [0.4, 0.5]]}
DAYS = {f"day_{weekday}": "" for weekday in range(7)}


def test_zones_are_saved_without_calling_the_camera_anew(web: WebApp, camera: Camera) -> None:
    root, address = web.browser("root"), f"/admin/cameras/{camera.camera_id}/zones"
    assert root.post(address, zones=json.dumps([TILL])).status_code == 302
    saved = web.services.cameras.get(camera.camera_id)
    assert [(zone.name, zone.kind) for zone in saved.image_settings.zones] == [("Till", ZoneKind.PRIVACY)]
    assert saved.revision == camera.revision
    page = root.client.get(address).text
    assert "0.4, 0.5" in page
    with web.unit_of_work() as work:
        last = work.events.after(0, limit=100)[-1]
    assert (last.kind, last.actor, last.payload["zones"]) == (EventKind.CAMERA_CHANGED, "root", ["Till (privacy)"])


@pytest.mark.parametrize(
    ("zones", "words"),
    [
        ("no json", "Expected zones as JSON"),
        ("[" * 5000, "Expected zones as JSON"),
        ('{"a": 1}', "Expected a list of zones"),
        (json.dumps([{**TILL, "points": TILL["points"][:2]}]), "3 to 32 points"),
        (json.dumps([TILL] * 17), "at most 16 zones"),
    ],
)
def test_zones_that_cannot_be_are_refused_with_the_reason(web: WebApp, camera: Camera, zones: str, words: str) -> None:
    answer = web.browser("root").post(f"/admin/cameras/{camera.camera_id}/zones", zones=zones)
    assert answer.status_code == 400
    assert words in answer.text
    assert web.services.cameras.get(camera.camera_id).image_settings.zones == ()


def test_where_staff_stand_is_put_on_record_beside_the_zones(web: WebApp) -> None:
    camera, root = web.add_camera("Desk", "rtsp://192.0.2.1/s"), web.browser("root")
    address = f"/admin/cameras/{camera.camera_id}/zones"
    desk = json.dumps([{**TILL, "kind": "staff"}])
    refused = root.post(address, zones=json.dumps([TILL]), staff="as_drawn")
    assert refused.status_code == 400
    assert "Expected a staff zone over each place where staff stand" in refused.text
    assert "Till" in refused.text
    assert web.services.cameras.get(camera.camera_id).image_settings.zones == ()
    for sent in ({"staff": "as_drawn"}, {"staff": "as_drawn"}, {}, {"staff": "no_staff_in_view"}):
        assert root.post(address, zones=desk, **sent).status_code == 302
    said = [(one.content["choice"], one.by) for one in web.services.site_records.list()]
    assert said == [("as_drawn", "root"), ("no_staff_in_view", "root")]
    page = root.client.get(address).text
    assert re.search(r'checked [^>]*value="no_staff_in_view"', page)
    assert "by root." in page


def test_a_demonstration_is_not_asked_where_staff_stand(web: WebApp, camera: Camera) -> None:
    root, address = web.browser("root"), f"/admin/cameras/{camera.camera_id}/zones"
    assert "Where do staff stand?" not in root.client.get(address).text
    root.post(address, zones="[]", staff="no_staff_in_view")
    assert list(web.services.site_records.list()) == []


def test_turn_rate_and_hours_are_saved_and_zones_turn_with_the_picture(web: WebApp, camera: Camera) -> None:
    root, address = web.browser("root"), f"/admin/cameras/{camera.camera_id}"
    root.post(f"{address}/zones", zones=json.dumps([TILL]))
    hours = DAYS | {"day_0": "07:00-12:00, 18:00-02:00"}
    answer = root.post(
        f"{address}/settings",
        turn_deg="90",
        is_mirrored="y",
        analysis_fps="4",
        detector="haar",
        hours="opening",
        **hours,
    )
    assert answer.status_code == 302
    saved = web.services.cameras.get(camera.camera_id)
    assert (saved.image_settings.turn_deg, saved.image_settings.is_mirrored, saved.analysis_fps) == (90, True, 4.0)
    assert saved.detector is Detector.HAAR
    assert saved.opening.day_words(0) == "07:00-12:00, 18:00-02:00"
    assert saved.image_settings.zones[0].points == ((0.1, 0.1), (0.1, 0.4), (0.5, 0.4))
    page = root.client.get(f"{address}/settings").text
    assert 'value="07:00-12:00, 18:00-02:00"' in page
    assert 'value="4.0"' in page
    assert '<option selected value="haar">' in page
    root.post(f"{address}/settings", turn_deg="90", detector="", hours="always", **DAYS)
    assert web.services.cameras.get(camera.camera_id).detector is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"analysis_fps": "0.1"}, "between 0.5 and 12"),
        ({"analysis_fps": "90"}, "between 0.5 and 12"),
        ({"detector": "yolo"}, "Not a valid choice"),
        ({"turn_deg": "45"}, "Not a valid choice"),
        ({"hours": "opening"}, "Expected hours on at least one day"),
        ({"hours": "opening", "day_2": "late"}, "for Wednesday"),
    ],
)
def test_looks_that_cannot_be_are_refused_with_the_reason(
    web: WebApp, camera: Camera, fields: dict[str, str], words: str
) -> None:
    sent = {"turn_deg": "0", "hours": "always", **DAYS, **fields}
    answer = web.browser("root").post(f"/admin/cameras/{camera.camera_id}/settings", **sent)
    assert answer.status_code == 400
    assert words in answer.text
    assert web.services.cameras.get(camera.camera_id) == camera


def test_the_hours_are_those_of_the_houses_time_zone(web: WebApp, camera: Camera) -> None:
    root = web.browser("root")
    site = {"product_name": "Amends", "purpose": "To help", "operator": "", "contact": "", "public_url": ""}
    assert root.post("/admin/notice", **site, time_zone="Asia/Tokyo").status_code == 302
    assert "Times of Asia/Tokyo" in root.client.get(f"/admin/cameras/{camera.camera_id}/settings").text
    assert root.post("/admin/notice", **site, time_zone="Europe").status_code == 400
    assert str(web.services.site.zone()) == "Asia/Tokyo"


def test_a_place_is_kept(web: WebApp, camera: Camera) -> None:
    root = web.browser("root")
    fields = {"name": "Desk", "url": "demo:", "place": "Ground floor,  beside the lift", "enabled": "y"}
    root.post(f"/admin/cameras/{camera.camera_id}", **fields)
    assert web.services.cameras.get(camera.camera_id).place == "Ground floor, beside the lift"
    assert "beside the lift" in root.client.get("/admin/cameras").text
