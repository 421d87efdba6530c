"""Cameras: looked at before they are saved, changed, removed; and their passwords, which nobody reads."""

import pytest

from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.errors import CameraRefusedCredentials

SECRET = "p@ss:w/rd#%?"


def said_beside(page: str, field: str) -> str:
    return page.split(f'id="{field}-error">')[1].split("</div>")[0]


def test_a_camera_is_looked_at_before_it_is_saved(web: WebApp) -> None:
    answer = web.browser("root").post_json(
        "/admin/cameras/probe", {"url": "rtsp://10.0.0.9/live", "username": "cam", "password": SECRET}
    )
    found = answer.get_json()
    assert (found["found"], found["codec"], found["width_px"], found["height_px"], found["fps"]) == (
        True, "h264", 1280, 720, 25.0,
    )  # fmt: skip
    assert found["picture"].startswith("data:image/jpeg;base64,/9j/")
    assert web.prober.asked[0].password == SECRET
    assert web.services.cameras.list() == []


def test_the_exact_reason_is_told_when_there_is_no_picture(web: WebApp) -> None:
    web.prober.failure = CameraRefusedCredentials("The camera wants another user name or password.")
    answer = web.browser("root").post_json("/admin/cameras/probe", {"url": "rtsp://10.0.0.9/live"})
    assert answer.get_json() == {
        "found": False,
        "reason": "camera_refused_credentials",
        "message": "The camera wants another user name or password.",
    }


@pytest.mark.parametrize("body", [{}, {"url": ""}, {"url": "ftp://x"}, {"url": 5}, [], {"url": "rtsp://"}])
def test_an_address_that_is_none_is_not_called(web: WebApp, body: object) -> None:
    answer = web.browser("root").post_json("/admin/cameras/probe", body)
    assert answer.status_code == 400
    assert web.prober.asked == []


def test_the_stored_password_is_used_for_its_own_host_only(web: WebApp) -> None:
    camera = web.add_camera("Desk", "rtsp://10.0.0.9/live", username="cam", password=SECRET)
    root = web.browser("root")
    for url in ("rtsp://10.0.0.9/other", "rtsp://10.0.0.66/live", "rtsp://10.0.0.9:555/live", "http://10.0.0.9/live"):
        root.post_json("/admin/cameras/probe", {"url": url, "username": "cam", "camera_id": camera.camera_id})
    assert [address.password for address in web.prober.asked] == [SECRET, "", "", ""]


@pytest.mark.parametrize(
    ("fields", "beside", "words"),
    [
        ({"name": "Front desk", "url": "demo:"}, "name", "already called"),
        ({"name": "", "url": "demo:"}, "name", "Give the camera a name."),
        ({"name": "New", "url": "ftp://x"}, "url", "Unknown kind of camera address"),
        ({"name": "New", "url": "rtsp://:@:x/y"}, "url", "The camera address cannot be read"),
        ({"name": "New", "url": "rtsp:///live"}, "url", "has no host"),
        ({"name": "New", "url": "usb:first"}, "url", "Expected usb:N"),
        ({"name": " \u2003 ", "url": "demo:"}, "name", "name"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_keeps_what_was_typed_but_the_password(
    web: WebApp, camera: Camera, fields: dict[str, str], beside: str, words: str
) -> None:
    root, changed = web.browser("root"), web.add_camera("Desk")
    answer = root.post(f"/admin/cameras/{changed.camera_id}", **fields, username="typed-user", password=SECRET)
    assert answer.status_code == 400
    assert words in said_beside(answer.text, beside)
    assert "typed-user" in answer.text
    assert SECRET not in answer.text
    assert web.services.cameras.get(changed.camera_id) == changed


def test_an_edit_without_a_password_keeps_the_stored_one(web: WebApp) -> None:
    camera = web.add_camera("Desk", "rtsp://10.0.0.9/live", username="cam", password=SECRET)
    root, address = web.browser("root"), f"/admin/cameras/{camera.camera_id}"
    page = root.client.get(address).text
    assert "Stored. Leave empty to keep it." in page
    fields = {"name": "Desk 2", "url": camera.url, "username": "cam", "enabled": "y"}
    assert root.post(address, **fields).status_code == 302
    assert web.services.cameras.address_of(camera.camera_id).password == SECRET
    assert root.post(address, **fields, forget_password="y").status_code == 302
    assert web.services.cameras.address_of(camera.camera_id).password == ""


def test_another_host_needs_the_password_again(web: WebApp) -> None:
    camera = web.add_camera("Desk", "rtsp://10.0.0.9/live", username="cam", password=SECRET)
    answer = web.browser("root").post(
        f"/admin/cameras/{camera.camera_id}", name="Desk", url="rtsp://evil.example/x", username="cam", enabled="y"
    )
    assert answer.status_code == 400
    assert "password again" in said_beside(answer.text, "password")


def test_a_camera_is_switched_off_and_removed(web: WebApp, camera: Camera) -> None:
    root = web.browser("root")
    root.post(f"/admin/cameras/{camera.camera_id}/enabled", enabled="no")
    assert not web.services.cameras.get(camera.camera_id).enabled
    root.post(f"/admin/cameras/{camera.camera_id}/enabled", enabled="yes")
    assert web.services.cameras.get(camera.camera_id).enabled
    root.post(f"/admin/cameras/{camera.camera_id}/remove")
    assert web.services.cameras.list() == []


def test_no_page_and_no_answer_ever_holds_a_cameras_password(web: WebApp, capfd: pytest.CaptureFixture[str]) -> None:
    camera = web.add_camera("Desk", "rtsp://10.0.0.9/live", username="cam", password=SECRET)
    incident = web.add_incident(camera)
    root, api = web.browser("root"), web.api("root")
    root.post_json("/admin/cameras/probe", {"url": camera.url, "username": "cam", "password": SECRET})
    addresses = (
        "/", "/dashboard.json", f"/cameras/{camera.camera_id}", "/incidents", f"/incidents/{incident.incident_id}",
        "/incidents.csv", "/admin/cameras", f"/admin/cameras/{camera.camera_id}", "/admin/users", "/metrics", "/readyz",
    )  # fmt: skip
    answers = [root.client.get(address).text for address in addresses]
    answers += [api.call("GET", path).text for path in ("/cameras", f"/cameras/{camera.camera_id}", "/incidents")]
    with web.unit_of_work() as work:
        answers += [str(event.payload) for event in work.events.after(0, limit=100)]
    printed = capfd.readouterr()
    for text in (*answers, printed.out, printed.err):
        assert SECRET not in text
        assert "p%40ss" not in text
