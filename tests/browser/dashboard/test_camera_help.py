"""Why a camera is offline, in a browser: the button, the steps as they come, and what staff see."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import DESKTOP, PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser
from webapp.domain.cameras.cameras import Camera, CameraState, StateReason
from webapp.errors import CameraTimedOut

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.fixture
def lobby(running: RunningWeb) -> Camera:
    camera = running.web.add_camera("Lobby", "rtsp://192.0.2.10/live", username="viewer", password="hunter2-hunter2")
    tell(running, camera, CameraState.OFFLINE)
    return camera


def tell(running: RunningWeb, camera: Camera, state: CameraState) -> None:
    reason = StateReason.of(CameraTimedOut("The camera did not answer in time."))
    running.web.services.cameras.report_state(camera.camera_id, state, reason if state is CameraState.OFFLINE else None)


def opened(browser: Browser, running: RunningWeb, name: str, **more: object) -> Page:
    """Open the page as one gets there."""
    page = logged_in(browser, running, name, **more)  # type: ignore[arg-type]
    page.goto(f"{running.url}/cameras/1")
    page.get_by_role("link", name="Why is it offline?").click()
    return page


@pytest.mark.parametrize(("viewport", "theme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_an_admin_tries_again_and_sees_each_step(
    browser: Browser, running: RunningWeb, lobby: Camera, viewport: dict[str, int], theme: str
) -> None:
    page = opened(browser, running, "root", viewport=viewport, theme=theme)
    expect(page.get_by_text("Nothing answers at the camera’s address")).to_be_visible()
    problems = violations(page)
    page.evaluate("window.wasHere = true")
    page.get_by_role("button", name="Try again now").click()
    expect(page.locator(".check-steps li")).to_have_count(5)
    expect(page.get_by_text("Passed", exact=True)).to_have_count(5)
    problems += violations(page)
    tell(running, lobby, CameraState.ONLINE)
    expect(page.get_by_text("Nothing: its pictures come.")).to_be_visible()
    page.get_by_role("button", name="Try again now").click()
    expect(page.locator("#check-problem")).to_contain_text("checked a moment ago")
    problems += violations(page)
    assert page.evaluate("window.wasHere")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert problems == []


def test_staff_read_plain_words_without_a_button(browser: Browser, running: RunningWeb, lobby: Camera) -> None:
    page = opened(browser, running, "alice", viewport=PHONE)
    expect(page.get_by_text("Tell an admin what this page says.")).to_be_visible()
    expect(page.get_by_text("192.0.2.10")).to_have_count(0)
    expect(page.get_by_role("button", name="Try again now")).to_have_count(0)
    assert violations(page) == []


def test_a_camera_whose_pictures_come_offers_no_such_question(
    browser: Browser, running: RunningWeb, lobby: Camera
) -> None:
    page = logged_in(browser, running, "alice")
    page.goto(f"{running.url}/cameras/1")
    expect(page.get_by_role("link", name="Why is it offline?")).to_be_visible()
    tell(running, lobby, CameraState.ONLINE)
    expect(page.get_by_role("link", name="Why is it offline?")).to_be_hidden()


def test_the_button_works_without_scripts(browser: Browser, running: RunningWeb, lobby: Camera) -> None:
    page = logged_in(browser, running, "root")
    cookies = page.context.storage_state()
    page.context.close()
    plain = browser.new_context(java_script_enabled=False, storage_state=cookies).new_page()
    plain.goto(f"{running.url}/cameras/1/help")
    plain.get_by_role("button", name="Try again now").click()
    expect(plain.locator(".check-steps li")).to_have_count(5)
