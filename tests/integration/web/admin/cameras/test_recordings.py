"""Recordings as cameras: from a browser or over the API only those of one folder; nothing is said of any other file."""

from pathlib import Path

import pytest

from tests.support.videos import demo_pictures, write_video
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import CameraAddress
from webapp.errors import CameraHasNoVideo, CameraUnreachable
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.cameras.cameras import CameraService
from webapp.services.cameras.recordings import NO_RECORDING

pytestmark = pytest.mark.security


@pytest.fixture
def folder(web: WebApp) -> Path:
    """Return the recordings folder with one video, and links that lead out of it and round in a circle."""
    folder = web.settings.recordings_path
    folder.mkdir(parents=True)
    write_video(folder / "lobby.mp4", demo_pictures(2))
    (web.settings.data_dir / "secret.mp4").write_bytes(b"not for them")
    (folder / "out.mp4").symlink_to(web.settings.data_dir / "secret.mp4")
    (folder / "outside").symlink_to("/etc")
    (folder / "circle.mp4").symlink_to("circle.mp4")
    (folder / "inner").mkdir()
    return folder


REFUSED = [
    "file:/etc/passwd", "file:///etc/passwd", "file:/no/such/file", "file:../secret.mp4", "file:inner/../../secret.mp4",
    "file:out.mp4", "file:outside/passwd", "file:circle.mp4", "file:inner", "file:none.mp4", "file:.", "file:~/x.mp4",
    "file:/proc/self/environ", "file:/dev/zero", "file:///%2e%2e/etc/passwd", "FILE:/etc/passwd",
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_one_sentence_answers_for_every_file_that_may_not_be_named(web: WebApp, folder: Path, url: str) -> None:
    root, api = web.browser("root"), web.api("root")
    answers = {
        root.post_json("/admin/cameras/probe", {"url": url}).get_data(),
        root.post_json("/admin/cameras/probe", {"url": "file:none.mp4"}).get_data(),
    }
    assert len(answers) == 1
    assert str(NO_RECORDING) in root.post_json("/admin/cameras/probe", {"url": url}).get_json()["message"]
    refused = api.call("POST", "/cameras", {"name": "Spy", "url": url})
    assert (refused.status_code, refused.get_json()["message"]) == (400, str(NO_RECORDING))
    assert web.prober.asked == []
    assert web.services.cameras.list() == []


def test_what_cannot_be_decoded_or_read_is_answered_with_the_same_sentence(web: WebApp, folder: Path) -> None:
    root = web.browser("root")
    nowhere = root.post_json("/admin/cameras/probe", {"url": "file:none.mp4"}).get_data()
    for failure in (CameraHasNoVideo("no video"), CameraUnreachable("cannot be read")):
        web.prober.failure = failure
        assert root.post_json("/admin/cameras/probe", {"url": "file:lobby.mp4"}).get_data() == nowhere


@pytest.mark.parametrize("url", ["file:lobby.mp4", "file:inner/../lobby.mp4", "file:{folder}/lobby.mp4"])
def test_a_recording_of_the_folder_is_a_camera_by_its_own_path(web: WebApp, folder: Path, url: str) -> None:
    sent = {"name": "Lobby", "url": url.format(folder=folder)}
    assert web.api("root").call("POST", "/cameras", sent).status_code == 201
    assert web.services.cameras.list()[0].url == f"file:{folder.resolve() / 'lobby.mp4'}"
    assert web.browser("root").post_json("/admin/cameras/probe", {"url": sent["url"]}).get_json()["found"]


def test_step_by_step_a_file_elsewhere_is_refused_at_its_step(web: WebApp, folder: Path) -> None:
    root = web.browser("root")
    root.post("/admin/cameras/new", kind="file", go="next")
    page = root.post("/admin/cameras/new/address", url="file:/etc/passwd", go="next")
    assert page.status_code == 400
    assert "recordings folder" in page.text
    assert str(NO_RECORDING) in root.post_json("/admin/cameras/new/probe").get_json()["message"]
    assert root.post("/admin/cameras/new/address", url="file:lobby.mp4", go="next").status_code == 302


def test_a_camera_cannot_be_changed_into_a_file_elsewhere(web: WebApp, folder: Path) -> None:
    camera = web.add_camera("Desk", "rtsp://10.0.0.9/live")
    refused = web.api("root").call("PATCH", f"/cameras/{camera.camera_id}", {"url": "file:/etc/passwd"})
    assert (refused.status_code, refused.get_json()["message"]) == (400, str(NO_RECORDING))


def test_what_was_registered_on_the_machine_stays_and_can_be_changed(web: WebApp, folder: Path) -> None:
    adapters = web.services.adapters
    on_the_machine = CameraService(adapters.unit_of_work, adapters.cipher, adapters.clock)
    camera = on_the_machine.add(CameraForm("Film", "file:/srv/videos/film.mp4"))
    changed = web.api("root").call("PATCH", f"/cameras/{camera.camera_id}", {"name": "Other film"})
    assert (changed.status_code, changed.get_json()["name"]) == (200, "Other film")
    body = {"url": camera.url, "camera_id": camera.camera_id}
    assert web.browser("root").post_json("/admin/cameras/probe", body).get_json()["found"]
    assert web.prober.asked == [CameraAddress(camera.url)]
