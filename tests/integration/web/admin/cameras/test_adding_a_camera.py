"""A camera is added step by step: nothing before the last one, nothing typed is lost, no password is ever shown."""

import json
import re
from datetime import timedelta

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp, WebBrowser
from webapp.domain.cameras.cameras import Camera, CameraKind
from webapp.domain.cameras.source_limits import SINGLE_PICTURES
from webapp.domain.site.site_records import RecordKind
from webapp.errors import CameraRefusedCredentials

SECRET = "p@ss:w/rd#%?"
ZONES = json.dumps([{"kind": "staff", "name": "Desk", "points": [[0.1, 0.1], [0.4, 0.1], [0.4, 0.5]]}])
ADDRESS = {"url": "rtsp://10.0.0.9/live", "username": "cam", "password": SECRET}


def go(root: WebBrowser, step: str, way: str = "next", **fields: object):
    path = "/admin/cameras/new" + (f"/{step}" if step != "kind" else "")
    return root.post(path, go=way, **fields)


def typed_until(root: WebBrowser, last: str) -> None:
    fields = {
        "kind": {"kind": "rtsp"},
        "address": ADDRESS,
        "picture": {"turn_deg": "0"},
        "name": {"name": "Desk", "place": "Ground floor"},
        "zones": {"zones": ZONES, "staff": "as_drawn"},
    }
    for step, values in fields.items():
        if step == last:
            return
        assert go(root, step, **values).status_code == 302, step


def test_a_camera_is_added_with_all_that_was_chosen_and_not_before(web: WebApp) -> None:
    root = web.browser("root")
    typed_until(root, "rule")
    assert web.services.cameras.list() == []
    answer = go(root, "rule", emotions=["angry", "disgust"], enter_threshold="72")
    assert answer.location == "/admin/cameras"
    camera = web.services.cameras.find("Desk")
    assert (camera.url, camera.username, camera.place) == (ADDRESS["url"], "cam", "Ground floor")
    assert web.services.cameras.address_of(camera.camera_id).password == SECRET
    assert [zone.name for zone in camera.image_settings.zones] == ["Desk"]
    rule = web.services.rules.effective(camera.camera_id)
    assert (rule.enter_threshold, len(rule.emotions)) == (0.72, 2)
    assert "checked" not in root.client.get("/admin/cameras/new").text.split("<main")[1]


@pytest.mark.parametrize(("staff", "is_said"), [("as_drawn", True), ("no_staff_in_view", True), ("later", False)])
def test_where_staff_stand_is_put_on_record_with_the_camera(web: WebApp, staff: str, is_said: bool) -> None:
    root = web.browser("root")
    typed_until(root, "zones")
    assert go(root, "zones", zones=ZONES, staff=staff).status_code == 302
    assert (
        f'value="{staff}"' in re.findall(r"<input checked[^>]*>", root.client.get("/admin/cameras/new/zones").text)[0]
    )
    go(root, "rule")
    records = [(one.content["choice"], one.by) for one in web.services.site_records.list()]
    assert records == ([(staff, "root")] if is_said else [])
    (camera,) = web.services.cameras.list()
    assert (RecordKind.STAFF_ZONES in web.services.site_records.gates()[camera.camera_id].missing) != is_said


def test_another_kind_of_camera_asks_anew_where_staff_stand(web: WebApp) -> None:
    root = web.browser("root")
    typed_until(root, "rule")
    go(root, "kind", kind="http")
    assert "checked" not in root.client.get("/admin/cameras/new/zones").text.split('id="staff-choice"')[1]
    go(root, "address", url="http://192.0.2.1/video")
    assert go(root, "rule").status_code == 302
    assert list(web.services.site_records.list()) == []


def test_a_demonstration_is_not_asked_where_staff_stand(web: WebApp) -> None:
    root = web.browser("root")
    for step, values in {"kind": {"kind": "demo"}, "picture": {"turn_deg": "0"}, "name": {"name": "Demo"}}.items():
        go(root, step, **values)
    assert "Where do staff stand?" not in root.client.get("/admin/cameras/new/zones").text
    assert go(root, "zones", zones="[]").location == "/admin/cameras/new/rule"


def test_each_step_leads_to_the_next_and_a_demonstration_has_no_address(web: WebApp) -> None:
    root = web.browser("root")
    assert go(root, "kind", kind="demo").location == "/admin/cameras/new/picture"
    assert go(root, "picture", turn_deg="0").location == "/admin/cameras/new/name"
    assert go(root, "picture", "back", turn_deg="0").location == "/admin/cameras/new"
    assert go(root, "name", name="Demo").location == "/admin/cameras/new/zones"


def test_going_back_keeps_what_was_typed_right_or_wrong(web: WebApp) -> None:
    root = web.browser("root")
    typed_until(root, "address")
    assert go(root, "address", "back", **{**ADDRESS, "url": "rtsp://10.0.0.9:port/live"}).status_code == 302
    page = root.client.get("/admin/cameras/new/address").text
    assert 'value="rtsp://10.0.0.9:port/live"' in page
    assert 'value="cam"' in page
    assert go(root, "address", **{**ADDRESS, "password": ""}).status_code == 302
    go(root, "name", "back", name="", place="Yard")
    assert 'value="Yard"' in root.client.get("/admin/cameras/new/name").text


def test_the_password_is_kept_for_its_own_host_only(web: WebApp) -> None:
    root = web.browser("root")
    typed_until(root, "picture")
    root.post_json("/admin/cameras/new/probe")
    go(root, "address", url="rtsp://10.0.0.9/other", username="cam")
    root.post_json("/admin/cameras/new/probe")
    go(root, "address", url="rtsp://10.0.0.66/live", username="cam")
    root.post_json("/admin/cameras/new/probe")
    assert [address.password for address in web.prober.asked] == [SECRET, SECRET, ""]


def test_the_password_is_in_no_page_and_not_readable_in_the_database(web: WebApp) -> None:
    root = web.browser("root")
    typed_until(root, "rule")
    paths = [
        "/admin/cameras/new",
        *(f"/admin/cameras/new/{s}" for s in ("address", "picture", "name", "zones", "rule")),
    ]
    pages = [root.client.get(path).text for path in paths]
    pages.append(go(root, "address", url=f"rtsp://cam:{SECRET}@10.0.0.9:x/live").text)
    with web.unit_of_work() as work:
        user_id = web.services.accounts.find("root").user_id
        pages.append(work.settings.get(f"camera_draft:{user_id}") or "")
    assert len(pages) == 8
    assert not any(SECRET in page or "w/rd" in page for page in pages)


def test_the_picture_is_shown_turned_as_it_will_be_also_without_a_script(web: WebApp) -> None:
    root = web.browser("root")
    typed_until(root, "picture")
    page = go(root, "picture", "look", turn_deg="90", is_mirrored="y").text
    assert 'src="data:image/jpeg;base64,/9j/' in page
    assert (web.prober.image_settings_seen[-1].turn_deg, web.prober.image_settings_seen[-1].is_mirrored) == (90, True)
    assert root.post_json("/admin/cameras/new/probe", {"turn_deg": 180}).get_json()["found"]
    assert (web.prober.image_settings_seen[-1].turn_deg, web.prober.image_settings_seen[-1].is_mirrored) == (180, False)


def test_the_exact_reason_is_told_when_there_is_no_picture(web: WebApp) -> None:
    root = web.browser("root")
    typed_until(root, "picture")
    web.prober.failure = CameraRefusedCredentials("The camera wants another user name or password.")
    assert "wants another user name" in go(root, "picture", "look", turn_deg="0").text
    assert root.post_json("/admin/cameras/new/probe").get_json()["reason"] == "camera_refused_credentials"


@pytest.mark.parametrize(
    ("step", "fields", "words"),
    [
        ("kind", {}, "Choose a kind of camera."),
        ("kind", {"kind": "balloon"}, "Not a valid choice"),
        ("address", {"url": "ftp://x"}, "Unknown kind of camera address"),
        ("address", {"url": ""}, "Enter the camera's address."),
        ("picture", {"turn_deg": "45"}, "Not a valid choice"),
        ("name", {"name": ""}, "Give the camera a name."),
        ("name", {"name": "front  DESK"}, "already called"),
        ("zones", {"zones": "[5]"}, "Expected a zone"),
        ("zones", {"zones": ZONES}, "Say where staff stand"),
        ("zones", {"zones": "[]", "staff": "as_drawn"}, "Expected a staff zone over each place"),
        ("rule", {"enter_threshold": "40", "exit_threshold": "60"}, "cannot be used"),
        ("rule", {"enter_threshold": "abc"}, "valid"),
    ],
)
def test_what_cannot_be_is_said_where_it_is_typed(
    web: WebApp, camera: Camera, step: str, fields: dict[str, str], words: str
) -> None:
    root = web.browser("root")
    typed_until(root, step)
    answer = go(root, step, **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert len(web.services.cameras.list()) == 1


def test_a_draft_is_ones_own_and_forgotten_when_asked_or_after_a_day(web: WebApp, clock: FakeClock) -> None:
    root = web.browser("root")
    web.services.accounts.add("rita", "admin", "correct horse battery")
    rita = web.browser("rita")
    typed_until(root, "name")
    assert rita.client.get("/admin/cameras/new/name").location == "/admin/cameras/new"
    root.post("/admin/cameras/new/forget")
    assert root.client.get("/admin/cameras/new/name").location == "/admin/cameras/new"
    typed_until(root, "name")
    clock.advance(timedelta(hours=25).total_seconds())
    root.log_in("root")
    assert root.client.get("/admin/cameras/new/name").location == "/admin/cameras/new"


def test_a_kiosk_has_no_picture_to_look_at_and_leads_to_its_pairing(web: WebApp) -> None:
    root = web.browser("root")
    assert go(root, "kind", kind="kiosk").location == "/admin/cameras/new/name"
    assert go(root, "name", name="Check-in").location == "/admin/cameras/new/rule"
    assert go(root, "rule", "back").location == "/admin/cameras/new/name"
    answer = go(root, "rule")
    camera = web.services.cameras.find("Check-in")
    assert camera.url == "kiosk:"
    assert answer.location == f"/admin/cameras/{camera.camera_id}/kiosk"
    assert "Pair its screen now" in root.client.get(answer.location).text


@pytest.mark.parametrize("typed", ["http://10.0.0.9/snap.jpg", "snapshot+http://10.0.0.9/snap.jpg"])
def test_a_camera_of_single_pictures_is_added_with_its_log_in(web: WebApp, typed: str) -> None:
    root = web.browser("root")
    go(root, "kind", kind="snapshot")
    assert "192.168.1.22/snapshot.jpg" in root.client.get("/admin/cameras/new/address").text
    go(root, "address", url=typed, username="cam", password=SECRET)
    web.prober.codec = SINGLE_PICTURES
    assert "Single pictures, " in go(root, "picture", "look", turn_deg="0").text
    for step, values in {
        "picture": {"turn_deg": "0"},
        "name": {"name": "Door"},
        "zones": {"staff": "later"},
        "rule": {},
    }.items():
        go(root, step, **values)
    camera = web.services.cameras.find("Door")
    assert (camera.url, camera.username, camera.kind) == (
        "snapshot+http://10.0.0.9/snap.jpg",
        "cam",
        CameraKind.SNAPSHOT,
    )
    assert (
        "How often a second the camera is asked for a picture"
        in root.client.get(f"/admin/cameras/{camera.camera_id}/settings").text
    )
