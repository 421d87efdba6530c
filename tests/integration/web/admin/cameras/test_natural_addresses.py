"""What people type in place of an address is taken, on every way on which a camera is entered."""

from pathlib import Path

import pytest

from tests.fakes.web import picture
from tests.support.web_app import WebApp, WebBrowser
from webapp.errors import CameraRefusedCredentials, CameraUnreachable

ADDRESS = "/admin/cameras/new/address"
SECRET = "p@ss:w/rd#%?"


@pytest.fixture
def root(web: WebApp) -> WebBrowser:
    return web.browser("root")


def choose(root: WebBrowser, kind: str) -> str:
    root.post("/admin/cameras/new", go="next", kind=kind)
    return root.client.get(ADDRESS).text


def typed(root: WebBrowser, kind: str, url: str, **fields: str):
    choose(root, kind)
    return root.post(ADDRESS, go="next", url=url, **fields)


@pytest.mark.parametrize("kind", ["rtsp", "http", "snapshot", "file"])
def test_the_field_begins_empty_and_says_what_may_be_typed(root: WebBrowser, kind: str) -> None:
    page = choose(root, kind)
    assert 'name="url"' in page
    assert 'value="rtsp://' not in page
    assert 'value="file:' not in page


@pytest.mark.parametrize(
    ("kind", "url", "kept"),
    [
        ("rtsp", "192.0.2.20/live", "rtsp://192.0.2.20/live"),
        ("http", "192.0.2.20:8080/video", "http://192.0.2.20:8080/video"),
        ("snapshot", "192.0.2.20/now.jpg", "snapshot+http://192.0.2.20/now.jpg"),
        ("usb", "/dev/video3", "usb:/dev/video3"),
    ],
)
def test_the_chosen_kind_adds_its_prefix(root: WebBrowser, kind: str, url: str, kept: str) -> None:
    assert typed(root, kind, url).status_code == 302
    assert f'value="{kept}"' in root.client.get(ADDRESS).text


def test_a_recording_is_named_by_its_file_alone(web: WebApp, root: WebBrowser) -> None:
    folder: Path = web.settings.recordings_path
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "front desk.mp4").write_bytes(b"video")
    for name in ("front desk.mp4", '"front desk.mp4"', str(folder / "front desk.mp4")):
        assert typed(root, "file", name).status_code == 302, name
    answer = typed(root, "file", "C:\\Videos\\front desk.mp4")
    assert answer.status_code == 400
    assert "This is a path of a Windows computer" in answer.text
    assert 'value="C:\\Videos\\front desk.mp4"' in answer.text
    assert "This is a shared folder" in typed(root, "file", "\\\\nas\\videos\\a.mp4").text


def test_what_is_no_address_yet_is_kept_and_said_at_the_next_step_too(root: WebBrowser) -> None:
    choose(root, "rtsp")
    root.post(ADDRESS, go="back", url="ftp://192.0.2.20/x")
    assert 'value="ftp://192.0.2.20/x"' in root.client.get(ADDRESS).text
    answer = root.post("/admin/cameras/new/picture", go="look", turn_deg="0")
    assert answer.status_code == 400
    assert "Unknown kind of camera address" in answer.text
    assert root.post_json("/admin/cameras/new/probe").status_code == 400


def test_without_a_path_what_answers_is_offered_with_picture_and_size(web: WebApp, root: WebBrowser) -> None:
    web.finder.answer_at("Streaming/Channels/101", "Hikvision", (2560, 1440), picture("main"))
    web.finder.answer_at("Streaming/Channels/102", "Hikvision", (640, 360), picture("sub"))
    page = typed(root, "rtsp", "192.0.2.20:8554", username="cam", password=SECRET).text
    assert [(one.url, one.username, one.password) for one in web.finder.tried] == [
        ("rtsp://192.0.2.20:8554", "cam", SECRET)
    ]
    assert page.count("data:image/jpeg;base64,") == 2
    for words in (
        "2560 × 1440",
        "640 × 360 · Recommended",
        "Hikvision · rtsp://192.0.2.20:8554/Streaming/Channels/102",
    ):
        assert words in page
    assert SECRET not in page
    assert root.post("/admin/cameras/new/stream", stream="0").location == "/admin/cameras/new/picture"
    root.post_json("/admin/cameras/new/probe")
    asked = web.prober.asked[0]
    assert (asked.url, asked.password) == ("rtsp://192.0.2.20:8554/Streaming/Channels/101", SECRET)
    assert "data:image" not in root.client.get("/admin/cameras/new/stream").text, "no picture is kept"


def test_the_only_one_that_answers_is_taken_up(web: WebApp, root: WebBrowser) -> None:
    web.finder.answer_at("stream1", "TP-Link", (1280, 720), picture("one"))
    assert typed(root, "rtsp", "192.0.2.20").location == "/admin/cameras/new/picture"
    assert 'value="rtsp://192.0.2.20/stream1"' in root.client.get(ADDRESS).text


@pytest.mark.parametrize(
    ("failure", "field"),
    [(CameraUnreachable("Nobody answers."), "url"), (CameraRefusedCredentials("Not with this password."), "password")],
)
def test_what_does_not_answer_is_said_beside_its_field_and_may_be_kept(
    web: WebApp, root: WebBrowser, failure: CameraUnreachable, field: str
) -> None:
    web.finder.failure = failure
    answer = typed(root, "rtsp", "192.0.2.20", username="cam", password=SECRET)
    assert answer.status_code == 400
    assert str(failure) in answer.text.split(f'id="{field}-error"')[1]
    assert 'value="rtsp://192.0.2.20"' in answer.text
    assert SECRET not in answer.text
    answer = root.post(ADDRESS, go="as_typed", url="192.0.2.20", username="cam")
    assert answer.location == "/admin/cameras/new/picture"
    assert len(web.finder.tried) == 1


@pytest.mark.parametrize("url", ["rtsp://192.0.2.20/live", "rtsp://192.0.2.20/?channel=1"])
def test_an_address_with_a_path_is_taken_as_it_is(web: WebApp, root: WebBrowser, url: str) -> None:
    assert typed(root, "rtsp", url).status_code == 302
    assert web.finder.tried == []


def test_the_edit_page_and_its_picture_take_the_same(web: WebApp, root: WebBrowser) -> None:
    camera = web.add_camera("Yard", "http://192.0.2.30/video")
    page = f"/admin/cameras/{camera.camera_id}"
    assert root.post(page, name="Yard", url="192.0.2.31/video", enabled="y").status_code == 302
    assert web.services.cameras.get(camera.camera_id).url == "http://192.0.2.31/video"
    root.post_json("/admin/cameras/probe", {"url": "192.0.2.32/video", "camera_id": camera.camera_id})
    assert web.prober.asked[0].url == "http://192.0.2.32/video"
    answer = root.post(page, name="", url=f"cam:{SECRET}@192.0.2.33/video", enabled="y")
    assert answer.status_code == 400
    assert SECRET not in answer.text


def test_the_api_takes_the_same(web: WebApp) -> None:
    api = web.api("root")
    added = api.call("POST", "/cameras", {"name": "Gate", "url": "192.0.2.20:80/video"})
    assert (added.status_code, added.get_json()["url"]) == (201, "http://192.0.2.20:80/video")
    address = f"/cameras/{added.get_json()['camera_id']}"
    assert api.call("PATCH", address, {"url": "192.0.2.21/v"}).get_json()["url"] == "http://192.0.2.21/v"
    refused = api.call("POST", "/cameras", {"name": "Hall", "url": "\\\\nas\\videos\\a.mp4"})
    assert refused.status_code == 400
    assert "shared folder" in refused.text
