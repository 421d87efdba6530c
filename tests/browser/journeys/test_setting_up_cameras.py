"""Setting up a camera in the browser: step by step, masks by mouse and keyboard, with and without scripts."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import DESKTOP, PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.cameras.zones import ZoneKind

pytestmark = [pytest.mark.browser, needs_browser]


# How much of the page's width the card of a step takes.
SHARE_OF_PAGE = """() => {
  const main = document.getElementById("content"), style = getComputedStyle(main);
  const inside = main.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return document.querySelector("main form.card").getBoundingClientRect().width / inside;
}"""


def problems_of(page: Page) -> list[str]:
    wide = ["wider than the screen"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
    return [f"{page.url}: {one}" for one in violations(page)] + wide


def next_step(page: Page, heading: str) -> None:
    page.get_by_role("button", name="Next").click()
    page.get_by_role("heading", name=heading).wait_for()


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_a_camera_is_added_step_by_step(
    browser: Browser, running: RunningWeb, size: dict[str, int], theme: str
) -> None:
    page = logged_in(browser, running, "root", viewport=size, theme=theme)
    page.goto(f"{running.url}/admin/cameras")
    page.get_by_role("link", name="Add a camera").click()
    problems = problems_of(page)
    page.get_by_label("Network camera (RTSP)").check()
    next_step(page, "Where is it?")
    page.get_by_label("Address", exact=True).fill("ftp://nowhere")
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Unknown kind of camera address").wait_for()
    problems += problems_of(page)
    page.get_by_label("Address", exact=True).fill("rtsp://192.0.2.1/live")
    page.get_by_label("Password").fill("hush-hush")
    next_step(page, "Is this the right picture?")
    page.get_by_text("h264, 1280 × 720, 25 frames per second").wait_for()
    problems += problems_of(page)
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("Address", exact=True)).to_have_value("rtsp://192.0.2.1/live")
    assert "hush-hush" not in page.content() + page.url
    next_step(page, "Is this the right picture?")
    next_step(page, "What do staff call it?")
    page.get_by_label("Name").fill("Desk")
    next_step(page, "What must not be watched?")
    page.locator("#zone-picture").wait_for()
    page.get_by_role("button", name="Add staff zone").click()
    page.get_by_label("Where the staff zones are drawn").check()
    problems += problems_of(page)
    next_step(page, "When does it alert?")
    problems += problems_of(page)
    assert running.web.services.cameras.list() == []
    page.get_by_role("button", name="Add the camera").click()
    page.get_by_text("Desk is added").wait_for()
    camera = running.web.services.cameras.find("Desk")
    assert running.web.services.cameras.address_of(camera.camera_id).password == "hush-hush"
    assert [zone.kind for zone in camera.image_settings.zones] == [ZoneKind.STAFF]
    assert [one.content["choice"] for one in running.web.services.site_records.list()] == ["as_drawn"]
    page.context.close()
    assert problems == []


def test_the_steps_use_the_width_of_the_page(browser: Browser, running: RunningWeb) -> None:
    page = logged_in(browser, running, "root")
    shares, columns = [], []
    page.goto(f"{running.url}/admin/cameras/new")
    columns.append({round(box["x"]) for box in map(Locator.bounding_box, page.locator(".outcome").all()) if box})
    page.get_by_label("Demonstration").check()
    for _step in range(4):
        shares.append(page.evaluate(SHARE_OF_PAGE))
        page.get_by_role("button", name="Next").click()
        if page.get_by_label("Name", exact=True).count():
            page.get_by_label("Name", exact=True).fill("Lobby")
    shares.append(page.evaluate(SHARE_OF_PAGE))
    assert min(shares) > 0.98
    assert len(columns[0]) >= 2


def test_a_camera_is_added_without_scripts(browser: Browser, running: RunningWeb) -> None:
    cookies = logged_in(browser, running, "root").context.storage_state()
    page = browser.new_context(java_script_enabled=False, storage_state=cookies).new_page()
    page.goto(f"{running.url}/admin/cameras/new")
    page.get_by_label("Demonstration").check()
    next_step(page, "Is this the right picture?")
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("h264, 1280 × 720").wait_for()
    next_step(page, "What do staff call it?")
    page.get_by_label("Name").fill("Demo")
    next_step(page, "What must not be watched?")
    page.get_by_text("needs JavaScript").wait_for()
    next_step(page, "When does it alert?")
    page.get_by_role("button", name="Add the camera").click()
    page.get_by_text("Demo is added").wait_for()
    page.context.close()


def test_a_camera_found_on_the_network_fills_in_its_address(browser: Browser, running: RunningWeb) -> None:
    page = logged_in(browser, running, "root")
    page.goto(f"{running.url}/admin/cameras/new/find")
    page.get_by_role("button", name="Look for cameras").click()
    page.get_by_label("Lobby north").check()
    problems = problems_of(page)
    page.get_by_role("button", name="Take this one").click()
    page.get_by_role("heading", name="Is this the right picture?").wait_for()
    page.get_by_role("link", name="Address").click()
    expect(page.get_by_label("Address", exact=True)).to_have_value("rtsp://192.0.2.20:554/main")
    page.context.close()
    assert problems == []


def masks_page(browser: Browser, running: RunningWeb) -> Page:
    camera = running.add_online_camera("Desk")
    page = logged_in(browser, running, "root")
    page.goto(f"{running.url}/admin/cameras/{camera.camera_id}/zones")
    page.locator("#zone-picture").wait_for()
    page.locator("#zone-tools").wait_for()  # The script works, and what it shows has moved the picture.
    return page


def saved_zones(page: Page, running: RunningWeb) -> list[tuple[str, str, tuple[tuple[float, float], ...]]]:
    page.get_by_role("button", name="Save the zones").click()
    page.get_by_text("are saved").last.wait_for()
    zones = running.web.services.cameras.find("Desk").image_settings.zones
    return [(zone.kind.value, zone.name, zone.points) for zone in zones]


def test_a_zone_is_drawn_moved_and_undone_by_mouse(browser: Browser, running: RunningWeb) -> None:
    page = masks_page(browser, running)
    box = page.locator("#zone-canvas").bounding_box()
    assert box

    def drag(begin: tuple[float, float], end: tuple[float, float]) -> None:
        page.mouse.move(box["x"] + begin[0] * box["width"], box["y"] + begin[1] * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=4)
        page.mouse.up()

    drag((0.1, 0.1), (0.4, 0.5))  # Over nothing: a new zone.
    drag((0.4, 0.5), (0.5, 0.6))  # Its last corner.
    drag((0.25, 0.1), (0.25, 0.05))  # The middle of its upper side: a new point.
    drag((0.2, 0.3), (0.3, 0.4))  # The whole of it.
    drag((0.3, 0.4), (0.9, 0.9))
    page.get_by_role("button", name="Undo").click()
    page.get_by_label("Name of Zone 1").fill("Till")
    (zone,) = saved_zones(page, running)
    assert zone[:2] == ("privacy", "Till")
    expected = ((0.2, 0.2), (0.35, 0.15), (0.5, 0.2), (0.6, 0.7), (0.2, 0.6))
    for point, wanted in zip(zone[2], expected, strict=True):
        assert point == pytest.approx(wanted, abs=0.02)
    page.context.close()


def test_a_zone_is_drawn_moved_and_undone_by_keyboard(browser: Browser, running: RunningWeb) -> None:
    page = masks_page(browser, running)
    page.get_by_role("button", name="Add staff zone").focus()
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("button", name="Point 1 of 4 of Zone 1: 30 % from the left, 25 % from the top")
    ).to_be_focused()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("#zone-said")).to_have_text("32 % from the left, 20 % from the top")
    page.keyboard.press("+")
    expect(page.get_by_role("button", name="of 5 of Zone 1").first).to_be_visible()
    page.keyboard.press("Delete")
    page.keyboard.press("Delete")
    expect(page.get_by_role("button", name="of 3 of Zone 1").first).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="of 4 of Zone 1").first).to_be_visible()
    page.get_by_role("button", name="Staff zone Zone 1, 4 points").focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Tab")
    page.get_by_label("Kind of Zone 1").select_option("privacy")
    (zone,) = saved_zones(page, running)
    assert zone[0] == "privacy"
    assert zone[2][0] == pytest.approx((0.27, 0.2), abs=0.001)
    page.get_by_role("button", name="Delete Zone 1").click()
    assert saved_zones(page, running) == []
    page.context.close()


def test_hours_are_hidden_while_they_do_not_count_and_copied_from_monday(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Desk")
    page = logged_in(browser, running, "root")
    page.goto(f"{running.url}/admin/cameras/{camera.camera_id}/settings")
    expect(page.get_by_label("Monday")).to_be_hidden()
    page.get_by_label("Analyse faces").select_option("opening")
    page.get_by_label("Monday").fill("09:00-17:00")
    page.get_by_role("button", name="As on Monday").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("are saved").last.wait_for()
    assert running.web.services.cameras.find("Desk").opening.day_words(6) == "09:00-17:00"
    page.context.close()


def test_a_tile_says_that_its_camera_is_closed(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Desk")
    page = logged_in(browser, running, "alice")
    expect(page.locator(".tile-closed")).to_be_hidden()
    opens_at, cameras = datetime(2026, 3, 2, 7, tzinfo=UTC), running.web.services.cameras
    cameras.report_state(camera.camera_id, CameraState.CLOSED, None, opens_at)
    words = re.compile(r"^Closed until Monday.* 0?[78]:00( AM)?: nothing is analysed\.$")
    expect(page.locator(".tile-closed")).to_have_text(words, timeout=15_000 * PATIENCE)
    expect(page.locator(".tile-state-words")).to_have_text("Closed")
    expect(page.locator("#wall-summary")).to_have_text("1 of 1 online")
    problems = problems_of(page)
    page.goto(f"{running.url}/cameras/{camera.camera_id}")
    expect(page.locator("#stream-words")).to_have_text(words)
    page.context.add_cookies([{"name": "amends_language", "value": "de", "url": running.url}])
    page.goto(running.url)
    expect(page.locator(".tile-closed")).to_have_text(
        re.compile(r"^Geschlossen bis (Montag|Monday).*: Es wird nichts analysiert\.$")
    )
    page.context.close()
    assert problems == []
