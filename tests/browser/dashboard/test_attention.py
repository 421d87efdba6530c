"""How a browser draws attention to an alert: sound, notification and badge, chosen by the person who uses it."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser

pytestmark = [pytest.mark.browser, needs_browser]

LISTEN = """
window.heard = [];
const Real = window.OscillatorNode;
window.OscillatorNode = class extends Real {
  constructor(context, options) { super(context, options); window.heard.push(options.frequency); }
};
window.asked = 0;
window.shown = [];
window.Notification = class extends EventTarget {
  static permission = "default";
  static async requestPermission() { window.asked += 1; return (this.permission = "granted"); }
  constructor(title, options) {
    super();
    window.shown.push(`${title}: ${options.body}`);
    window.present[options.tag] = options.body;
    this.tag = options.tag;
  }
  close() { delete window.present[this.tag]; }
};
window.present = {};
Document.prototype.hasFocus = () => false;
"""


def listening_page(browser: Browser, running: RunningWeb, **look: object) -> Page:
    page = logged_in(browser, running, "alice", **look)  # type: ignore[arg-type]
    page.context.add_init_script(LISTEN)
    page.reload()
    page.get_by_role("button", name="Sound off").wait_for()
    return page


def test_nothing_is_asked_for_without_a_click_and_not_now_is_remembered(browser: Browser, running: RunningWeb) -> None:
    running.web.add_incident(running.add_online_camera("Bar"))
    alice = listening_page(browser, running)
    expect(alice.get_by_text("Notice alerts while you look elsewhere?")).to_be_visible()
    assert alice.evaluate("asked") == 0
    alice.get_by_role("button", name="Not now").click()
    alice.reload()
    expect(alice.locator(".alert-card")).to_have_count(1)
    expect(alice.locator("#attention-offer")).to_be_hidden()
    assert alice.evaluate("[asked, heard.length, shown.length]") == [0, 0, 0]


def test_a_sound_is_tried_chosen_and_heard_with_the_next_alert(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    alice = listening_page(browser, running)
    alice.get_by_role("button", name="Choose how").click()
    alice.get_by_label("A sound").check()
    alice.get_by_label("Knock").check()
    alice.get_by_label("How loud").fill("30")
    alice.evaluate("heard.length = 0")
    alice.get_by_role("button", name="Test").click()
    alice.wait_for_function("() => heard.length === 3")
    alice.get_by_role("button", name="Done").click()
    alice.reload()
    expect(alice.locator("#sound-words")).to_have_text("Sound on")
    alice.get_by_role("button", name="How you notice an alert").click()
    expect(alice.get_by_label("Knock")).to_be_checked()
    expect(alice.get_by_label("How loud")).to_have_value("30")
    alice.keyboard.press("Escape")
    running.web.add_incident(camera)
    alice.wait_for_function("() => heard.length === 3")
    assert alice.evaluate("heard") == [180, 180, 150]


def test_a_notification_says_where_and_the_badge_counts_what_is_new(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    alice = listening_page(browser, running, viewport=PHONE, theme="dark")
    alice.get_by_role("button", name="How you notice an alert").click()
    alice.get_by_label("A notification").check()
    assert alice.evaluate("asked") == 1
    assert violations(alice) == []
    alice.get_by_role("button", name="Done").click()
    incident = running.web.add_incident(camera)
    expect(alice).to_have_title("(1) Amends")
    alice.wait_for_function("() => shown.length")
    assert alice.evaluate("shown") == ["Amends: Please send assistance: angry-looking customer at Bar"]
    expect(alice.locator('link[rel="icon"]')).to_have_attribute("href", re.compile("amends-alert.svg"))
    alice.get_by_role("button", name="How you notice an alert").click()
    alice.get_by_label("The number of new alerts").uncheck()
    expect(alice).to_have_title("Amends")
    alice.get_by_label("The number of new alerts").check()
    alice.keyboard.press("Escape")
    running.web.services.incidents.acknowledge(incident.incident_id, "bob")
    expect(alice).to_have_title("Amends")
    expect(alice.locator('link[rel="icon"]')).to_have_attribute("href", re.compile("amends.svg"))


def test_what_the_browser_blocks_is_said(browser: Browser, running: RunningWeb) -> None:
    alice = listening_page(browser, running)
    alice.evaluate("Notification.permission = 'denied'")
    alice.get_by_role("button", name="How you notice an alert").click()
    expect(alice.get_by_label("A notification")).to_be_disabled()
    expect(alice.locator("#notify-why")).to_contain_text("This browser blocks notifications of Amends.")
