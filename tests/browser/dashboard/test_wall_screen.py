"""A wall screen in a real browser: read from afar, never silent about what it lacks, and alive for ever."""

import re
import signal
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE
from webapp.domain.cameras.cameras import Camera, CameraState

pytestmark = [pytest.mark.browser, needs_browser]

FULL_HD = {"width": 1920, "height": 1080}
SMALL = {"width": 1024, "height": 768}
# Whether all pictures are in the window, and how much of the wall's area they cover.
SHARE = """(least) => {
  const wall = document.getElementById("wall").getBoundingClientRect();
  const boxes = [...document.querySelectorAll(".screen-picture")].map((one) => one.getBoundingClientRect());
  const fits = [...document.querySelectorAll(".screen-tile")].every((one) => {
    const box = one.getBoundingClientRect();
    return box.left >= 0 && box.right <= innerWidth && box.top >= wall.top - 1 && box.bottom <= innerHeight;
  });
  const covered = boxes.reduce((sum, box) => sum + box.width * box.height, 0) / (wall.width * wall.height);
  return fits && covered >= least;
}"""


def add(running: RunningWeb, name: str, *groups: str) -> Camera:
    camera = running.web.add_camera(name, groups=groups, place="1st floor")
    running.web.services.cameras.report_state(camera.camera_id, CameraState.ONLINE)
    return camera


def paired(browser: Browser, running: RunningWeb, group: str = "", viewport: dict[str, int] = FULL_HD) -> Page:
    screens = running.web.services.wall_screens
    added = screens.add("Staff room", group, "root")
    page = browser.new_context(viewport=viewport, color_scheme="dark").new_page()
    page.set_default_timeout(10_000 * PATIENCE)
    page.goto(f"{running.url}/wall/pair#{screens.make_link(added.screen_id, 'root')}")
    page.wait_for_url(f"{running.url}/wall")
    return page


def test_pictures_fill_it_for_any_number_of_cameras(browser: Browser, running: RunningWeb) -> None:
    add(running, "Camera 01")
    page = paired(browser, running)
    for number in range(2, 17):
        add(running, f"Camera {number:02}")
        expect(page.locator(".screen-tile")).to_have_count(number, timeout=5_000 * PATIENCE)
        if number in (2, 3, 4, 6, 9, 12, 16):
            for size in (SMALL, FULL_HD):
                page.set_viewport_size(size)
                page.wait_for_function(SHARE, arg=0.42, timeout=5_000 * PATIENCE)
    expect(page.locator(".screen-picture img:visible").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert violations(page) == []


def test_an_alert_is_unmissable_and_then_somebody_is_on_it(browser: Browser, running: RunningWeb) -> None:
    bar = add(running, "Bar", "Ground floor")
    add(running, "Gym", "Basement")
    page = paired(browser, running, "Ground floor")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ground floor")
    expect(page.locator(".screen-tile")).to_have_count(1)
    incident = running.web.add_incident(bar)
    running.web.add_incident(running.web.services.cameras.find("Gym"))
    alert = page.locator(".screen-alert")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text(re.compile("Bar.*Please send assistance: angry-looking customer"))
    assert alert.locator("strong").evaluate("element => parseFloat(getComputedStyle(element).fontSize)") >= 60
    assert alert.bounding_box()["width"] == FULL_HD["width"]
    red = alert.evaluate("element => getComputedStyle(element).backgroundColor")
    running.web.services.incidents.acknowledge(incident.incident_id, by="Dana")
    expect(alert).to_contain_text("Bar: Dana is on it")
    assert alert.evaluate("element => getComputedStyle(element).backgroundColor") != red
    expect(page.locator(".screen-mark")).to_have_text("Dana is on it")
    running.web.services.incidents.resolve(incident.incident_id, "Dana", "recovered")
    expect(alert).to_have_count(0)


def test_it_says_that_the_connection_is_lost_and_goes_on_by_itself(browser: Browser, running: RunningWeb) -> None:
    add(running, "Bar")
    page = paired(browser, running, viewport=SMALL)
    expect(page.locator(".screen-picture img")).to_be_visible()
    running.send_signal(signal.SIGSTOP)
    try:
        lost = page.locator("#lost")
        expect(lost).to_contain_text("what you see is old", timeout=20_000 * PATIENCE)
        expect(page.locator(".screen-stale")).to_have_count(1)
        assert violations(page) == []
    finally:
        running.send_signal(signal.SIGCONT)
    expect(lost).to_be_hidden(timeout=20_000 * PATIENCE)
    running.web.add_incident(running.web.services.cameras.find("Bar"))
    expect(page.locator(".screen-alert")).to_have_count(1)


def test_signed_out_it_says_so_and_keeps_no_picture(browser: Browser, running: RunningWeb) -> None:
    add(running, "Bar")
    page = paired(browser, running)
    expect(page.locator(".screen-picture img")).to_be_visible()
    (screen,) = running.web.services.wall_screens.list()
    running.web.services.wall_screens.remove(screen.screen_id, "root")
    expect(page.get_by_role("heading", name="This screen is signed out")).to_be_visible()
    assert page.url == f"{running.url}/wall"
    expect(page.locator(".screen-picture img[src]")).to_have_count(0)
    assert violations(page) == []


def test_after_an_upgrade_it_reloads_itself_once_the_page_can_be_had(browser: Browser, running: RunningWeb) -> None:
    add(running, "Bar")
    page = paired(browser, running)
    page.evaluate("window.isOld = true")
    page.route("**/wall", lambda route: route.fulfill(status=503, body=""))
    page.route("**/wall.json*", with_another_version)
    page.wait_for_timeout(3_000)
    assert page.evaluate("window.isOld")
    page.unroute("**/wall")
    page.wait_for_function("() => !window.isOld")
    page.unroute("**/wall.json*")
    expect(page.locator(".screen-tile")).to_have_count(1)


def with_another_version(route: Route) -> None:
    with suppress(Error):  # The page that asked has reloaded itself meanwhile.
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "version": "another"})


def test_nothing_can_be_pressed(browser: Browser, running: RunningWeb) -> None:
    running.web.add_incident(add(running, "Bar"))
    page = paired(browser, running)
    expect(page.locator(".screen-alert")).to_have_count(1)
    assert page.locator("a, button, input, select, [tabindex], form").count() == 0
    assert page.evaluate("getComputedStyle(document.body).cursor") == "none"


def test_who_is_signed_in_opens_the_wall_of_a_group_by_its_address(browser: Browser, running: RunningWeb) -> None:
    add(running, "Bar", "Ground floor")
    add(running, "Gym")
    alice = logged_in(browser, running, "alice", viewport=PHONE)
    alice.goto(f"{running.url}/wall?group=Ground+floor")
    expect(alice.locator(".screen-name")).to_have_text(["Bar"])
    assert violations(alice) == []
    (session,) = running.web.services.sessions.list(running.web.services.accounts.find("alice").user_id)
    running.web.services.sessions.end(session.session.session_id)
    expect(alice.get_by_role("heading", name="This screen is signed out")).to_be_visible()
