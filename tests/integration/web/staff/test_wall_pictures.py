"""The wall's pictures: all cameras in one answer, only what is new, and for staff only."""

import json
from datetime import timedelta

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.services.dashboard.live_frames import PictureUse


def sheet(web: WebApp, have: str, size: str = "tile") -> tuple[list[dict[str, int]], bytes]:
    answer = web.browser("alice").client.get(f"/cameras/pictures?have={have}&size={size}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    index, _, pictures = answer.data.partition(b"\n")
    return json.loads(index), pictures


def test_the_pictures_of_several_cameras_come_in_one_answer(web: WebApp, clock: FakeClock) -> None:
    front, back = web.add_camera("Front"), web.add_camera("Back")
    web.live.show(front.camera_id, b"front\n", captured_at=clock.now() - timedelta(seconds=7))
    web.live.show(back.camera_id, b"back", captured_at=clock.now())
    index, pictures = sheet(web, f"{front.camera_id}-0,{back.camera_id}-0")
    assert pictures == b"front\nback"
    assert [(one["camera_id"], one["length"], one["age_ms"]) for one in index] == [
        (front.camera_id, 6, 7000), (back.camera_id, 4, 0),
    ]  # fmt: skip


def test_a_picture_that_the_page_has_is_not_sent_again(web: WebApp, clock: FakeClock) -> None:
    camera = web.add_camera()
    sequence = web.live.show(camera.camera_id, b"same", captured_at=clock.now()).sequence
    clock.advance(3)
    index, pictures = sheet(web, f"{camera.camera_id}-{sequence}")
    assert (index[0]["sequence"], index[0]["age_ms"], pictures) == (sequence, 3000, b"")
    web.live.show(camera.camera_id, b"newer", captured_at=clock.now())
    assert sheet(web, f"{camera.camera_id}-{sequence}")[1] == b"newer"


def test_the_wall_asks_for_the_pictures_that_it_shows_and_waits_until_they_are_drawn(web: WebApp) -> None:
    front, back, hidden = (web.add_camera(name) for name in ("Front", "Back", "Hidden"))
    for camera in (front, back, hidden):
        web.live.show(camera.camera_id, b"drawn")
    web.live.draw_when_asked(back.camera_id, b"on request")
    assert sheet(web, f"{front.camera_id}-0,{back.camera_id}-0")[1] == b"drawnon request"
    assert set(web.live.asked) == {(front.camera_id, PictureUse.TILE), (back.camera_id, PictureUse.TILE)}


def test_who_asks_for_no_camera_gets_none(web: WebApp) -> None:
    assert sheet(web, "") == ([], b"")


def test_a_camera_without_a_picture_is_told_so(web: WebApp) -> None:
    camera = web.add_camera()
    assert sheet(web, f"{camera.camera_id}-5")[0] == [
        {"camera_id": camera.camera_id, "sequence": 0, "age_ms": 0, "length": 0}
    ]


def test_of_a_camera_that_is_off_or_gone_nothing_is_shown(web: WebApp) -> None:
    off, gone = web.add_camera("Off"), web.add_camera("Gone")
    for camera in (off, gone):
        web.live.show(camera.camera_id, b"private")
    web.services.cameras.set_enabled(off.camera_id, False)
    web.services.cameras.remove(gone.camera_id)
    assert sheet(web, f"{off.camera_id}-0,{gone.camera_id}-0") == ([], b"")


@pytest.mark.parametrize("have", ["1", "1-", "a-1", "1-2-3", "1--2", "²-1", ",".join(["1-0"] * 65), "1-" + "9" * 30])
def test_what_cannot_be_read_is_refused_in_words(web: WebApp, have: str) -> None:
    answer = web.browser("alice").client.get(f"/cameras/pictures?have={have}", headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert "Expected at most 64 cameras" in answer.get_json()["message"]


def test_the_large_pictures_are_another_size(web: WebApp) -> None:
    camera = web.add_camera()
    web.live.show(camera.camera_id, b"large")
    web.live.show_tile(camera.camera_id, b"small")
    assert sheet(web, f"{camera.camera_id}-0", "tile")[1] == b"small"
    assert sheet(web, f"{camera.camera_id}-0", "large")[1] == b"large"
