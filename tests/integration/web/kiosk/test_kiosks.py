"""A screen that is a camera: what it may do, what it may not, and how it is ended."""

import re

import pytest

from tests.fakes.web import picture
from tests.support.clocks import FakeClock
from tests.support.kiosk_screens import NAMESPACE, KioskScreen, paired_screen, send
from tests.support.web_app import WebApp
from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.kiosks import MAX_FRAME_BYTES
from webapp.domain.site.site import Site
from webapp.services.cameras.camera_settings import CameraForm
from webapp.web.kiosk.kiosk_socket import end_unpaired_screens

JPEG = picture("at the desk")
TAKEN = {"taken": True}


@pytest.fixture
def kiosk(web: WebApp) -> Camera:
    return web.add_camera("Check-in", "kiosk:")


@pytest.fixture
def screen(web: WebApp, kiosk: Camera) -> KioskScreen:
    return paired_screen(web, kiosk.camera_id)


def test_an_admin_hands_out_a_link_that_pairs_one_screen(web: WebApp, kiosk: Camera) -> None:
    root = web.browser("root")
    shown = root.post(f"/admin/cameras/{kiosk.camera_id}/kiosk/link")
    assert shown.headers["Cache-Control"] == "no-store"
    link = re.search(r'id="kiosk-link">([^<]+)<', shown.text)
    assert link
    address, _, code = link.group(1).partition("#")
    assert address.endswith("/kiosk/pair")
    assert KioskScreen(web).pair(code).location == "/kiosk"
    assert "used or has run out" in KioskScreen(web).pair(code).text
    assert "Paired" in root.client.get(f"/admin/cameras/{kiosk.camera_id}/kiosk").text


def test_the_screen_always_shows_the_notice_of_the_house(web: WebApp, screen: KioskScreen) -> None:
    web.services.site.change(Site("Hotel Vigil", "Example Ltd", "So that we can help.", "dpo@example"), "root")
    page = screen.client.get("/kiosk")
    for words in ("Hotel Vigil", "Example Ltd", "So that we can help.", "dpo@example", "Emotion recognition is in use"):
        assert words in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_only_the_screens_page_may_use_the_camera(web: WebApp, screen: KioskScreen) -> None:
    assert "camera=(self)" in screen.client.get("/kiosk").headers["Permissions-Policy"]
    for path in ("/kiosk/pair", "/notice", "/login"):
        assert "camera=()" in screen.client.get(path).headers["Permissions-Policy"]
    assert "camera=()" in web.browser("root").client.get("/").headers["Permissions-Policy"]


def test_people_see_themselves_only_where_an_admin_wants_it(web: WebApp, kiosk: Camera, screen: KioskScreen) -> None:
    assert "What the camera sees</figcaption>" not in screen.client.get("/kiosk").text
    web.browser("root").post(f"/admin/cameras/{kiosk.camera_id}/kiosk/self", shows_self="yes")
    assert "What the camera sees</figcaption>" in screen.client.get("/kiosk").text


def test_pairing_signs_out_who_is_signed_in_on_that_browser(web: WebApp, kiosk: Camera) -> None:
    root, screen = web.browser("root"), KioskScreen(web)
    screen.client = root.client
    screen.pair(web.services.kiosks.make_link(kiosk.camera_id, "root"))
    assert root.client.get("/").status_code == 302


def test_a_paired_screen_opens_nothing_but_its_own_page(web: WebApp, kiosk: Camera, screen: KioskScreen) -> None:
    for path in ("/", "/cameras/1", "/incidents", "/admin/cameras", "/account", "/dashboard.json"):
        assert screen.client.get(path).status_code in (302, 401), path
    dashboard = web.socketio.test_client(web.app, namespace="/dashboard", flask_test_client=screen.client)
    assert not dashboard.is_connected("/dashboard")


def test_a_picture_is_handed_on_and_answered(web: WebApp, kiosk: Camera, screen: KioskScreen) -> None:
    assert send(screen.socket(), JPEG) == TAKEN
    assert web.sent.newest == {kiosk.camera_id: JPEG}


def test_the_picture_of_a_screen_that_leaves_is_taken_away(web: WebApp, screen: KioskScreen) -> None:
    socket = screen.socket()
    send(socket, JPEG)
    socket.disconnect(NAMESPACE)
    assert web.sent.newest == {}


def test_who_is_not_paired_is_not_let_in(web: WebApp, kiosk: Camera) -> None:
    assert not KioskScreen(web).socket().is_connected(NAMESPACE)
    staff = KioskScreen(web)
    staff.client = web.browser("root").client
    assert not staff.socket().is_connected(NAMESPACE)
    assert KioskScreen(web).client.get("/kiosk").location == "/kiosk/pair"


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ((b"\xff\xd8\xff" + b"x" * 50_000_000,), "too large"),
        ((b"\xff\xd8\xff" + b"x" * MAX_FRAME_BYTES + b"\xff\xd9",), "too large"),
        ((b"\x89PNG\r\n\x1a\n" + b"x" * 100,), "not a whole JPEG"),
        ((b"<svg onload='alert(1)'>",), "not a whole JPEG"),
        (("text",), "as bytes"),
        ((), "as bytes"),
        (({"camera_id": 2, "jpeg": JPEG},), "as bytes"),
        ((2, JPEG), "as bytes"),
    ],
)
def test_what_is_no_picture_of_its_own_is_refused_and_kept_nowhere(
    web: WebApp, screen: KioskScreen, frame: tuple[object, ...], said: str
) -> None:
    web.add_camera("Bar", "kiosk:")
    answer = send(screen.socket(), *frame)
    assert said in answer["refused"]
    assert web.sent.newest == {}


def test_a_flood_is_cut_off_and_does_not_begin_anew_with_a_new_connection(web: WebApp, screen: KioskScreen) -> None:
    socket = screen.socket()
    for _ in range(1000):
        if not socket.is_connected(NAMESPACE):
            break
        send(socket, JPEG)
    assert not socket.is_connected(NAMESPACE)
    assert web.sent.count < 50
    assert not screen.socket().is_connected(NAMESPACE)


def test_taking_the_pairing_back_ends_the_screen_at_once(web: WebApp, kiosk: Camera, screen: KioskScreen) -> None:
    socket = screen.socket()
    send(socket, JPEG)
    web.browser("root").post(f"/admin/cameras/{kiosk.camera_id}/kiosk/unpair")
    assert not socket.is_connected(NAMESPACE)
    assert web.sent.newest == {}
    assert not screen.socket().is_connected(NAMESPACE)
    assert screen.client.get("/kiosk").location == "/kiosk/pair?over=1"
    assert "was paired before" in screen.client.get("/kiosk/pair?over=1").text


def test_each_picture_asks_again_whether_the_screen_may_send(web: WebApp, kiosk: Camera, screen: KioskScreen) -> None:
    """Also where the pairing was taken back by another process, which cannot end the connection."""
    socket = screen.socket()
    assert send(socket, JPEG) == TAKEN
    web.services.kiosks.unpair(kiosk.camera_id, "command line")
    assert send(socket, JPEG) is None
    assert not socket.is_connected(NAMESPACE)
    assert web.sent.newest == {}


@pytest.mark.security
@pytest.mark.parametrize("cause", ["unpaired", "renewed", "removed"])
def test_a_screen_that_sends_nothing_just_now_is_ended_too(
    web: WebApp, kiosk: Camera, screen: KioskScreen, cause: str
) -> None:
    socket, stays = screen.socket(), paired_screen(web, web.add_camera("Exit", "kiosk:").camera_id).socket()
    if cause == "removed":
        web.services.cameras.remove(kiosk.camera_id)
    elif cause == "unpaired":
        web.services.kiosks.unpair(kiosk.camera_id, "command line")
    else:
        paired_screen(web, kiosk.camera_id)
    end_unpaired_screens(web.app)
    assert not socket.is_connected(NAMESPACE)
    assert stays.is_connected(NAMESPACE)


def test_an_expired_pairing_sends_nothing(web: WebApp, clock: FakeClock, screen: KioskScreen) -> None:
    clock.advance(31 * 24 * 3600)
    assert not screen.socket().is_connected(NAMESPACE)


def test_a_removed_camera_ends_its_screen(web: WebApp, kiosk: Camera, screen: KioskScreen) -> None:
    socket = screen.socket()
    web.services.cameras.remove(kiosk.camera_id)
    assert send(socket, JPEG) is None
    assert web.sent.newest == {}


def test_a_camera_that_is_switched_off_takes_nothing_and_goes_on_later(
    web: WebApp, kiosk: Camera, screen: KioskScreen
) -> None:
    socket = screen.socket()
    send(socket, JPEG)
    web.services.cameras.set_enabled(kiosk.camera_id, False)
    assert send(socket, JPEG) == {"off": True}
    assert web.sent.newest == {}
    web.services.cameras.set_enabled(kiosk.camera_id, True)
    assert send(socket, JPEG) == TAKEN


def test_a_second_window_takes_the_place_of_the_first(web: WebApp, kiosk: Camera, screen: KioskScreen) -> None:
    first = screen.socket()
    second = screen.socket()
    assert not first.is_connected(NAMESPACE)
    assert send(second, JPEG) == TAKEN
    assert web.sent.newest == {kiosk.camera_id: JPEG}


def test_a_disk_without_storage_is_said(web: WebApp, screen: KioskScreen) -> None:
    web.sent.failure = OSError(28, "No space left on device")
    assert "no storage" in send(screen.socket(), JPEG)["refused"]


def test_another_kind_of_camera_has_no_screen(web: WebApp, camera: Camera) -> None:
    root = web.browser("root")
    assert root.client.get(f"/admin/cameras/{camera.camera_id}/kiosk").status_code == 404
    assert root.post(f"/admin/cameras/{camera.camera_id}/kiosk/link").status_code == 404


def test_secrets_reach_no_log(
    web: WebApp, kiosk: Camera, capsys: pytest.CaptureFixture[str], screen: KioskScreen
) -> None:
    code = web.services.kiosks.make_link(kiosk.camera_id, "root")
    screen.pair(code)
    send(screen.socket(), JPEG)
    cookie = screen.client.get_cookie("amends_kiosk")
    assert cookie
    assert cookie.http_only
    written = capsys.readouterr()
    assert "/kiosk/pair" in written.out
    assert code not in written.out + written.err
    assert cookie.value not in written.out + written.err


def test_a_kiosk_can_be_registered_as_any_other_camera(web: WebApp) -> None:
    added = web.services.cameras.add(CameraForm("Lobby", "kiosk:"))
    assert (
        f"/admin/cameras/{added.camera_id}/kiosk"
        in web.browser("root").client.get(f"/admin/cameras/{added.camera_id}").text
    )
