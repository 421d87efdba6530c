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


def test_of_two_streams_the_smaller_one_that_is_large_enough_is_recommended_and_chosen(web: WebApp) -> None:
    web.finder.sizes_px = {"main": (2560, 1440), "sub": (640, 360), "tiny": (320, 180)}
    root = web.browser("root")
    root.post(PAGE, go="look")
    answer = root.post(PAGE, go="take", camera="0", username="viewer", password=SECRET)
    assert answer.location == "/admin/cameras/new/stream"
    page = root.client.get(answer.location).text
    assert "2560 × 1440" in page
    assert page.count("Recommended") == 1
    assert 0 <= page.index("640 × 360") < page.index("Recommended") < page.index("320 × 180")
    assert SECRET not in page
    chosen = [line for line in page.splitlines() if "checked" in line]
    assert len(chosen) == 1
    assert 'value="1"' in chosen[0]
    assert root.post(answer.location, stream="7").status_code == 400
    assert root.post(answer.location, stream="0").location == "/admin/cameras/new/picture"
    assert 'value="rtsp://192.0.2.20:554/main"' in root.client.get("/admin/cameras/new/address").text
    root.post_json("/admin/cameras/new/probe")
    assert (web.prober.asked[0].url, web.prober.asked[0].password) == ("rtsp://192.0.2.20:554/main", SECRET)


def test_without_a_choice_there_is_no_page_for_it(web: WebApp) -> None:
    assert web.browser("root").client.get("/admin/cameras/new/stream").location == PAGE


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
