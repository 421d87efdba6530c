"""Pages and API take secrets inside an address, keep them, and never show them again."""

import pytest

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import CameraAddress

pytestmark = pytest.mark.security
WITH_KEYS = "http://10.0.0.9/v.cgi?usr=adm1n&pwd=Geheim%21&channel=1"
SHOWN = "http://10.0.0.9/v.cgi?usr=***&pwd=***&channel=1"


def stored(web: WebApp) -> CameraAddress:
    return web.services.cameras.address_of(web.services.cameras.list()[0].camera_id)


def test_the_wizard_hides_it_from_the_second_step_on_and_looks_with_it(web: WebApp) -> None:
    root = web.browser("root")
    root.post("/admin/cameras/new", kind="http")
    assert root.post("/admin/cameras/new/address", url=WITH_KEYS).status_code == 302
    page = root.client.get("/admin/cameras/new/address").text
    assert SHOWN.replace("&", "&amp;") in page
    assert "Geheim" not in page
    assert root.post("/admin/cameras/new/address", url=SHOWN.replace("=1", "=2")).status_code == 302
    root.post("/admin/cameras/new/picture", turn_deg="0", go="look")
    assert web.prober.asked[-1].full_url == WITH_KEYS.replace("=1", "=2")
    root.post("/admin/cameras/new/name", name="Lobby")
    root.post("/admin/cameras/new/zones", zones="[]")
    root.post("/admin/cameras/new/rule")
    assert stored(web).full_url == WITH_KEYS.replace("=1", "=2")
    assert "Geheim" not in root.client.get("/admin/cameras").text


@pytest.mark.parametrize(
    "url", ["rtsp://admin:a@Geheim/c@cam/s", "rtsp://admin:Geheim%41x@10.0.0.9/s", "http://cam:99999/x?pwd=Geheim"]
)
def test_an_address_that_is_refused_is_not_shown_again_with_its_password(web: WebApp, url: str) -> None:
    root, camera = web.browser("root"), web.add_camera()
    root.post("/admin/cameras/new", kind="rtsp")
    for path in ("/admin/cameras/new/address", f"/admin/cameras/{camera.camera_id}"):
        answer = root.post(path, url=url, name="Lobby")
        assert answer.status_code == 400
        assert "Geheim" not in answer.text
        assert "user name and password into" in answer.text


def test_an_edit_that_is_refused_for_its_name_says_that_the_password_in_the_address_is_not_kept(web: WebApp) -> None:
    web.add_camera("Bar")
    camera = web.add_camera("Lobby", "http://10.0.0.9/v", username="old")
    root, path = web.browser("root"), f"/admin/cameras/{camera.camera_id}"
    answer = root.post(path, url="snapshot+http://new:Geheim@10.0.0.9/v", name="Bar", username="old", enabled="y")
    assert answer.status_code == 400
    assert "Geheim" not in answer.text
    for words in ("Enter the password again.", 'value="snapshot+http://10.0.0.9/v"', 'value="new"'):
        assert words in answer.text


def test_an_edit_keeps_what_the_marks_stand_for_on_its_own_host_only(web: WebApp) -> None:
    camera = web.add_camera("Lobby", WITH_KEYS)
    root, path = web.browser("root"), f"/admin/cameras/{camera.camera_id}"
    page = root.client.get(path).text
    assert "kept encrypted" in page
    assert "Geheim" not in page
    assert root.post(path, url=SHOWN, name="Lobby 2", enabled="y").status_code == 302
    assert stored(web).full_url == WITH_KEYS
    answer = root.post(path, url=SHOWN.replace("10.0.0.9", "10.0.0.66"), name="Lobby", enabled="y")
    assert answer.status_code == 400
    assert "another host" in answer.text
    root.post_json("/admin/cameras/probe", {"url": SHOWN, "camera_id": camera.camera_id})
    assert web.prober.asked[-1].full_url == WITH_KEYS
    refused = root.post_json(
        "/admin/cameras/probe", {"url": "http://evil.example/?pwd=***", "camera_id": camera.camera_id}
    )
    assert refused.status_code == 400
    assert len(web.prober.asked) == 1


def test_the_api_shows_marks_and_takes_them(web: WebApp) -> None:
    api = web.api("root")
    added = api.call("POST", "/cameras", {"name": "Lobby", "url": WITH_KEYS}).get_json()
    assert added["url"] == SHOWN
    path = f"/cameras/{added['camera_id']}"
    assert api.call("PATCH", path, {"url": SHOWN.replace("=1", "=3")}).get_json()["url"] == SHOWN.replace("=1", "=3")
    assert stored(web).full_url == WITH_KEYS.replace("=1", "=3")
    answer = api.call("PATCH", path, {"url": "rtsp://admin:12/34@10.0.0.9/s"}).get_json()
    assert (answer["url"], answer["username"], answer["has_password"]) == ("rtsp://10.0.0.9/s", "admin", True)
    assert "12/34" not in str([*web.audited("camera_changed"), *web.audited("camera_added")])
