"""Looking for cameras on the network, on the page."""

from tests.fakes.discovery import FOUND
from tests.support.web_app import WebApp
from webapp.errors import CameraRefusedCredentials

PAGE = "/admin/cameras/new/find"
SECRET = "p@ss:w/rd#%?"


def test_a_camera_that_is_found_fills_in_the_address(web: WebApp) -> None:
    root = web.browser("root")
    assert "Lobby north" not in root.client.get(PAGE).text
    page = root.post(PAGE, go="look").text
    assert "1 camera answers" in page
    assert "DS-2CD, 192.0.2.20" in page
    answer = root.post(PAGE, go="take", camera="0", username="viewer", password=SECRET)
    assert answer.location == "/admin/cameras/new/picture"
    assert web.finder.asked == [(FOUND, "viewer", SECRET)]
    page = root.client.get("/admin/cameras/new/address").text
    assert 'value="rtsp://192.0.2.20:554/main"' in page
    assert SECRET not in page
    assert 'value="Lobby north"' in root.client.get("/admin/cameras/new/name").text
    root.post_json("/admin/cameras/new/probe")
    assert web.prober.asked[0].password == SECRET
    assert web.services.cameras.list() == []


def test_a_camera_that_refuses_says_why_and_nothing_is_taken_up(web: WebApp) -> None:
    root = web.browser("root")
    root.post(PAGE, go="look")
    web.finder.failure = CameraRefusedCredentials("The camera refused the user name or password.")
    answer = root.post(PAGE, go="take", camera="0", username="viewer", password=SECRET)
    assert answer.status_code == 400
    assert "refused the user name or password" in answer.text
    assert SECRET not in answer.text


def test_nothing_found_says_what_to_check(web: WebApp) -> None:
    web.finder.cameras = []
    assert "No camera answers" in web.browser("root").post(PAGE, go="look").text


def test_only_what_was_found_can_be_asked(web: WebApp) -> None:
    root = web.browser("root")
    root.post(PAGE, go="look")
    for camera in ("1", "-1", "http://192.0.2.66/"):
        assert root.post(PAGE, go="take", camera=camera).status_code == 400
    assert web.finder.asked == []
