"""The alert queue by keyboard alone."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser

pytestmark = [pytest.mark.browser, needs_browser]


def cards(page: Page, part: str) -> Locator:
    return page.get_by_role("region", name=part).locator(".alert-card")


def expect_focus(page: Page, incident_id: int) -> None:
    expect(page.locator(".alert-card:focus")).to_have_attribute("data-incident-id", str(incident_id))


def page_with_keys(browser: Browser, running: RunningWeb, **look: object) -> Page:
    page = logged_in(browser, running, "alice", **look)  # type: ignore[arg-type]
    page.wait_for_function("() => !document.getElementById('keys-button').hidden")
    return page


def test_an_alert_is_taken_given_back_and_settled_without_a_mouse(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    older, newer = (running.web.add_incident(camera).incident_id for _ in range(2))
    alice = page_with_keys(browser, running)
    for key, focused in (("ArrowDown", newer), ("ArrowDown", older), ("ArrowDown", older), ("ArrowUp", newer)):
        alice.keyboard.press(key)
        expect_focus(alice, focused)
    alice.keyboard.press("ArrowDown")
    alice.keyboard.press("a")
    expect(cards(alice, "Acknowledged by me")).to_have_attribute("data-incident-id", str(older))
    expect_focus(alice, newer)
    alice.keyboard.press("u")
    expect(cards(alice, "Acknowledged by me")).to_have_count(0)
    expect_focus(alice, older)
    alice.keyboard.press("R")
    for key in ("Space", "Tab"):
        alice.keyboard.press(key)
    alice.keyboard.type("a room, a quiet one")
    for key in ("Tab", "Tab", "Enter"):
        alice.keyboard.press(key)
    expect(alice.locator(".alert-card")).to_have_count(1)
    expect_focus(alice, newer)
    assert running.web.services.incidents.get(older).note == "a room, a quiet one"


def test_without_a_place_the_keys_mean_the_newest_alert_and_a_held_key_acts_once(
    browser: Browser, running: RunningWeb
) -> None:
    running.web.add_incident(running.add_online_camera("Bar"))
    alice = page_with_keys(browser, running)
    for _ in range(3):
        alice.keyboard.press("a")
    expect(cards(alice, "Acknowledged by me")).to_be_focused()
    expect(alice.locator(".toast-line")).to_have_count(1)
    alice.keyboard.press("Control+r")  # With Control it is the browser's: the page is loaded anew.
    expect(alice.locator("#resolve")).to_be_hidden()


def test_keys_leave_the_page_alone_where_there_is_no_alert(browser: Browser, running: RunningWeb) -> None:
    for number in range(6):
        running.add_online_camera(f"Camera {number}")
    alice = page_with_keys(browser, running, viewport=PHONE)
    for key in ("a", "r", "u", "ArrowDown"):
        alice.keyboard.press(key)
    alice.wait_for_function("() => scrollY > 0")
    expect(alice.locator("dialog[open]")).to_have_count(0)


def test_the_keys_can_be_switched_off_in_a_browser(browser: Browser, running: RunningWeb) -> None:
    running.web.add_incident(running.add_online_camera("Bar"))
    alice = page_with_keys(browser, running)
    alice.keyboard.press("?")
    expect(alice.get_by_role("heading", name="Shortcuts")).to_be_visible()
    alice.keyboard.press("a")
    alice.get_by_label("Use shortcuts in this browser").uncheck()
    alice.keyboard.press("Escape")
    alice.reload()
    alice.wait_for_function("() => !document.getElementById('keys-button').hidden")
    for key in ("a", "?", "ArrowDown"):
        alice.keyboard.press(key)
    expect(alice.locator("dialog[open], .alert-card:focus")).to_have_count(0)
    expect(cards(alice, "New")).to_have_count(1)
    alice.get_by_role("button", name="Shortcuts").click()
    alice.get_by_label("Use shortcuts in this browser").check()
    alice.get_by_role("button", name="Close").click()
    alice.keyboard.press("a")
    expect(cards(alice, "Acknowledged by me")).to_have_count(1)
