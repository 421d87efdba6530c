"""Wall screens: paired by a link, shown a group, able to do nothing, and signed out without a trace of a picture."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp, csrf_token
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.events import EventKind


@pytest.fixture
def screen(web: WebApp) -> FlaskClient:
    """A browser that is the screen of the staff room, which shows the ground floor."""
    web.add_camera("Bar", groups=("Ground floor",), place="Behind the counter")
    web.add_camera("Gym", groups=("Basement",))
    added = web.services.wall_screens.add("Staff room", "ground floor", "root")
    return paired(web, web.services.wall_screens.make_link(added.screen_id, "root"))


def paired(web: WebApp, code: str) -> FlaskClient:
    client = web.app.test_client()
    answer = client.post("/wall/pair", data={"csrf_token": csrf_token(client.get("/wall/pair").text), "code": code})
    assert (answer.status_code, answer.location) == (303, "/wall")
    return client


def test_a_paired_screen_shows_its_group_whatever_the_address_says(web: WebApp, screen: FlaskClient) -> None:
    bar, gym = web.services.cameras.find("Bar"), web.services.cameras.find("Gym")
    web.services.cameras.report_state(bar.camera_id, CameraState.ONLINE)
    for camera in (bar, gym):
        web.add_incident(camera, jpeg=b"\xff\xd8picture\xff\xd9")
    shown = screen.get("/wall.json?group=Basement").json
    assert [(one["camera"], one["place"], one["state"]) for one in shown["cameras"]] == [
        ("Bar", "Behind the counter", "online")
    ]
    assert [one["camera"] for one in shown["alerts"]] == ["Bar"]
    assert {"note", "has_snapshot", "peak_score"} & set(shown["alerts"][0]) == set()
    page = screen.get("/wall")
    assert "Ground floor" in page.text
    assert "<a " not in page.text
    assert "<button" not in page.text
    assert screen.get(f"/wall/pictures?have={bar.camera_id}-0,{gym.camera_id}-0").data.count(b'"camera_id"') == 1


def test_it_opens_nothing_else(web: WebApp, screen: FlaskClient) -> None:
    incident = web.add_incident(web.services.cameras.find("Bar"))
    for path in ("/", "/dashboard.json", "/cameras/1", f"/incidents/{incident.incident_id}/snapshot.jpg"):
        assert screen.get(path).status_code in (302, 401), path
    token = csrf_token(screen.get("/wall/pair").text)
    sent = screen.post(f"/incidents/{incident.incident_id}/acknowledge", headers={"X-CSRFToken": token}, json={})
    assert sent.status_code in (302, 401)


def test_a_link_works_once_and_another_one_moves_the_screen(web: WebApp, screen: FlaskClient) -> None:
    (added,) = web.services.wall_screens.list()
    code = web.services.wall_screens.make_link(added.screen_id, "root")
    other = paired(web, code)
    assert other.get("/wall.json").status_code == 200
    assert screen.get("/wall.json", headers={"Accept": "application/json"}).status_code == 401
    client = web.app.test_client()
    again = client.post("/wall/pair", data={"csrf_token": csrf_token(client.get("/wall/pair").text), "code": code})
    assert again.status_code == 404
    assert "has been used or has run out" in again.text


def test_pairing_signs_out_who_is_signed_in(web: WebApp) -> None:
    added, alice = web.services.wall_screens.add("Staff room", "", "root"), web.browser("alice")
    code = web.services.wall_screens.make_link(added.screen_id, "root")
    assert alice.post("/wall/pair", code=code).status_code == 303
    assert alice.client.get("/").status_code == 302
    assert alice.client.get("/wall").status_code == 200


def test_it_stays_paired_while_it_is_used_and_is_forgotten_when_it_is_not(
    web: WebApp, screen: FlaskClient, clock: FakeClock
) -> None:
    for _week in range(8):
        clock.advance(timedelta(days=7).total_seconds())
        assert screen.get("/wall.json").status_code == 200
    clock.advance(timedelta(days=31).total_seconds())
    assert screen.get("/wall.json", headers={"Accept": "application/json"}).status_code == 401
    assert screen.get("/wall").location == "/wall/pair?over=1"


def test_a_removed_screen_shows_nothing(web: WebApp, screen: FlaskClient) -> None:
    root = web.browser("root")
    (added,) = web.services.wall_screens.list()
    assert root.post(f"/admin/wall-screens/{added.screen_id}/remove").status_code == 302
    assert screen.get("/wall.json", headers={"Accept": "application/json"}).status_code == 401


def test_staff_choose_the_group_in_the_address_and_strangers_are_shown_how_to_pair(web: WebApp) -> None:
    web.add_camera("Bar", groups=("Ground floor",))
    web.add_camera("Gym")
    alice = web.browser("alice").client
    assert [one["camera"] for one in alice.get("/wall.json").json["cameras"]] == ["Bar", "Gym"]
    assert [one["camera"] for one in alice.get("/wall.json?group=ground+floor").json["cameras"]] == ["Bar"]
    assert alice.get("/wall.json?group=nothing").json["cameras"] == []
    stranger = web.app.test_client()
    assert stranger.get("/wall").location == "/wall/pair"


def test_an_admin_adds_a_screen_and_its_link_is_shown_once(web: WebApp) -> None:
    web.add_camera("Bar", groups=("Ground floor",))
    root = web.browser("root")
    assert root.post("/admin/wall-screens", name="", group="").status_code == 400
    refused = root.post("/admin/wall-screens", name="Staff room", group="Roof")
    assert refused.status_code == 400
    assert "No camera is in the group" in refused.text
    assert root.post("/admin/wall-screens", name="Staff room", group="Ground floor").status_code == 302
    (added,) = web.services.wall_screens.list()
    link = root.post(f"/admin/wall-screens/{added.screen_id}/link")
    assert "/wall/pair#" in link.text
    assert link.headers["Cache-Control"].startswith("no-store")
    assert "Staff room" in root.client.get("/admin/wall-screens").text
    kinds = [EventKind.WALL_SCREEN_ADDED, EventKind.WALL_SCREEN_LINK_MADE]
    assert [web.audited(kind)[0] for kind in kinds] == [("root", {"screen": "Staff room", "group": "Ground floor"})] * 2


def test_the_trail_says_which_screen_showed_which_cameras(web: WebApp, screen: FlaskClient) -> None:
    bar = web.services.cameras.find("Bar")
    for _ in range(3):
        screen.get(f"/wall/pictures?have={bar.camera_id}-0")
    assert web.audited(EventKind.LIVE_VIEWED) == [
        (None, {"cameras": {str(bar.camera_id): "Bar"}, "screen": "Staff room"})
    ]
    assert "Wall screen paired" in web.browser("root").client.get("/admin/audit").text
