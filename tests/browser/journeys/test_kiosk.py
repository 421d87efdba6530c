"""A screen that is a camera: paired, started, seen by staff, stopped; what it says, and what the server withstands."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest
import socketio
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from websocket import ABNF, WebSocketException, create_connection

from tests.browser.accessibility import violations
from tests.browser.web_running import DESKTOP, PHONE, RunningWeb
from tests.fakes.web import picture
from tests.support.needs_browser import CHROMIUM_ARGUMENTS, CHROMIUM_PATH, needs_browser
from tests.support.patience import PATIENCE
from tests.support.running import PASSWORD, RunningAmends, running_amends, wait_until
from tests.support.site.records import put_on_record
from tests.support.videos import film_a_portrait
from webapp.domain.cameras.cameras import CameraState
from webapp.services.cameras.camera_settings import CameraForm

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_browser]

FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
WAIT_MS = 20_000 * PATIENCE


@contextmanager
def browser_with_camera(*arguments: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM_PATH, args=[*CHROMIUM_ARGUMENTS, *FAKE_CAMERA, *arguments]
        )
        yield started
        started.close()


def paired(browser: Browser, url: str, code: str, **options: object) -> Page:
    context: BrowserContext = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{url}/kiosk/pair#{code}")
    page.wait_for_url(f"{url}/kiosk")
    return page


def staff(browser: Browser, amends: RunningAmends) -> Page:
    page = browser.new_context(viewport=DESKTOP).new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(amends.url)
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{amends.url}/")
    return page


def test_a_paired_screen_is_a_camera_until_it_is_stopped(tmp_path: Path) -> None:
    with (
        running_amends(tmp_path) as amends,
        browser_with_camera(
            f"--use-file-for-fake-video-capture={film_a_portrait(tmp_path / 'portrait.mjpeg')}"
        ) as browser,
    ):
        cameras = amends.installation.cameras
        kiosk = cameras.add(CameraForm("Check-in", "kiosk:"))
        put_on_record(amends.installation)
        cameras.remove(cameras.find("Demo").camera_id)
        admin = staff(browser, amends)
        screen = pair_by_the_admins_pages(browser, admin, amends, kiosk.camera_id)
        expect(screen.get_by_text("Emotion recognition is in use here")).to_be_visible()

        screen.get_by_role("button", name="Start").click()
        expect(screen.get_by_text("The camera of this screen is on.")).to_be_visible(timeout=WAIT_MS)
        wait_until(lambda: cameras.get(kiosk.camera_id).state is CameraState.ONLINE, "the kiosk is online", 30)
        wait_until(lambda: faces_of(amends, kiosk.camera_id) == 1, "the face is found", 30)
        admin.goto(f"{amends.url}/")
        admin.wait_for_function("() => document.querySelector('.tile img')?.naturalWidth > 100")
        expect(screen.get_by_text(re.compile("-looking|%|neutral"))).to_have_count(0)

        screen.get_by_role("button", name="Stop").click()
        expect(admin.locator(".tile")).to_contain_text("No pictures", timeout=WAIT_MS)
        assert "press Start" in str(cameras.get(kiosk.camera_id).state_reason)
        assert not amends.pids("capture")


def pair_by_the_admins_pages(browser: Browser, admin: Page, amends: RunningAmends, camera_id: int) -> Page:
    admin.goto(f"{amends.url}/admin/cameras/{camera_id}/kiosk")
    problems = violations(admin)
    admin.get_by_role("button", name="Make a pairing link").click()
    admin.locator("#kiosk-link").wait_for()
    assert problems + violations(admin) == []
    code = admin.locator("#kiosk-link").inner_text().partition("#")[2]
    return paired(browser, amends.url, code)


def faces_of(amends: RunningAmends, camera_id: int) -> int:
    frame = amends.live.newest(camera_id)
    return len(frame.faces) if frame else 0


def test_what_no_page_of_ours_sends_ends_its_own_connection_and_nothing_else(running: RunningWeb) -> None:
    kiosks, jpeg = running.web.services.kiosks, picture("at the desk")
    secret = kiosks.pair(kiosks.make_link(running.web.add_camera("Check-in", "kiosk:").camera_id, "root"))
    with attacker(running, secret) as huge:
        assert huge.call("frame", jpeg, namespace="/kiosk") == {"taken": True}
        huge.emit("frame", b"\xff\xd8\xff" + b"x" * 50_000_000, namespace="/kiosk")
        wait_until(lambda: not huge.connected, "50 MB at once end the connection", 60)
    with pytest.raises((OSError, WebSocketException)):
        send_for_ever_in_fragments(running)

    answers: list[dict[str, object]] = []
    with attacker(running, secret) as many:
        many.emit("frame", (jpeg,) * 50, namespace="/kiosk")
        assert many.call("frame", jpeg, namespace="/kiosk") == {"taken": True}
        for _ in range(1000):
            if "/kiosk" in many.namespaces:
                many.emit("frame", jpeg, namespace="/kiosk", callback=answers.append)
        wait_until(lambda: "/kiosk" not in many.namespaces, "a flood is cut off", 60)
    assert sum("taken" in answer for answer in answers) < 100
    with urlopen(f"{running.url}/healthz", timeout=10) as answer:
        assert answer.status == 200


@contextmanager
def attacker(running: RunningWeb, secret: str) -> Iterator[socketio.Client]:
    """Connect a program that holds a screen's secret."""
    client = socketio.Client(reconnection=False)
    headers = {"Cookie": f"amends_kiosk={secret}"}
    client.connect(running.url, headers=headers, namespaces=["/kiosk"], transports=["websocket"])
    connection = client.eio.ws
    try:
        yield client
    finally:
        client.disconnect()
        connection.shutdown()  # The library leaves it open when the other side has ended it.


def send_for_ever_in_fragments(running: RunningWeb) -> None:
    """Send one message that never ends, up to 200 MB of it, without being let in to anything."""
    address = running.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    with closing(create_connection(address, origin=running.url, timeout=20)) as connection:
        for number in range(2000):
            opcode = ABNF.OPCODE_CONT if number else ABNF.OPCODE_BINARY
            connection.send_frame(ABNF(fin=0, opcode=opcode, data=b"x" * 100_000))


def test_the_screen_says_what_is_wrong_and_goes_on_by_itself(running: RunningWeb) -> None:
    camera = running.web.add_camera("Check-in", "kiosk:")
    kiosks = running.web.services.kiosks
    with browser_with_camera() as browser:
        code = kiosks.make_link(camera.camera_id, "root")
        page = paired(browser, running.url, code, viewport=PHONE, color_scheme="dark", reduced_motion="reduce")
        problems = violations(page)
        page.get_by_role("button", name="Start").click()
        page.get_by_text("The camera of this screen is on.").wait_for()
        problems += violations(page)

        running.web.services.cameras.set_enabled(camera.camera_id, False)
        page.get_by_text("The operator has switched this camera off.").wait_for()
        running.web.services.cameras.set_enabled(camera.camera_id, True)
        page.get_by_text("The camera of this screen is on.").wait_for()
        running.kill()
        page.get_by_text("The connection is lost.").wait_for()
        problems += violations(page)
        running.start()
        page.get_by_text("The camera of this screen is on.").wait_for()
        kiosks.unpair(camera.camera_id, "root")
        page.get_by_text("This screen was paired before.").wait_for()
        assert problems == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotFoundError", "No camera is found."),
        ("NotAllowedError", "The browser may not use the camera."),
        ("NotReadableError", "The camera is in use."),
        ("TypeError", "The camera cannot be started."),
    ],
)
def test_why_the_camera_cannot_be_used_is_said_with_what_to_do(
    browser: Browser, running: RunningWeb, error: str, words: str
) -> None:
    page = _screen_whose_browser(browser, running, f"throw new DOMException('', '{error}')")
    page.get_by_role("button", name="Start").click()
    page.get_by_text(words).wait_for()
    assert page.get_by_role("button", name="Start").is_visible()
    assert violations(page) == []
    page.context.close()


def test_a_page_without_https_says_what_the_admin_has_to_do(browser: Browser, running: RunningWeb) -> None:
    page = _screen_whose_browser(browser, running, "", is_secure=False)
    page.get_by_text("The browser gives its camera only to pages over HTTPS.").wait_for()
    assert page.get_by_role("button", name="Start").count() == 0
    assert violations(page) == []
    page.context.close()


def test_a_screen_that_stays_open_shows_the_notice_as_the_house_words_it_now(
    browser: Browser, running: RunningWeb
) -> None:
    site, kiosks = running.web.services.site, running.web.services.kiosks
    camera = running.web.add_camera("Check-in", "kiosk:")
    page = browser.new_page(viewport=PHONE)
    page.clock.install()
    page.goto(f"{running.url}/kiosk/pair#{kiosks.make_link(camera.camera_id, 'root')}")
    page.wait_for_url(f"{running.url}/kiosk")
    page.get_by_text("Any member of staff.").wait_for()
    page.evaluate("window.wasNotReloaded = true")

    site.change(replace(site.get(), contact="The <b>night porter</b>"), "root")
    page.clock.run_for(60_000)
    page.get_by_text("The <b>night porter</b>").wait_for()
    assert page.evaluate("window.wasNotReloaded")
    assert page.get_by_role("button", name="Start").is_visible()

    kiosks.unpair(camera.camera_id, "root")
    page.clock.run_for(60_000)
    page.get_by_text("This screen was paired before.").wait_for()
    page.context.close()


def _screen_whose_browser(browser: Browser, running: RunningWeb, does: str, *, is_secure: bool = True) -> Page:
    """Return the page of a screen whose browser answers the wish for a camera so."""
    camera = running.web.add_camera("Check-in", "kiosk:")
    page = browser.new_context(viewport=PHONE).new_page()
    page.add_init_script(f"navigator.mediaDevices.getUserMedia = async () => {{ {does} }};")
    if not is_secure:
        page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false });")
    page.goto(f"{running.url}/kiosk/pair#{running.web.services.kiosks.make_link(camera.camera_id, 'root')}")
    page.wait_for_url(f"{running.url}/kiosk")
    return page
