"""Groups of cameras on the dashboard: one is chosen and kept, and no alert at another camera is lost."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser
from webapp.domain.cameras.cameras import Camera, CameraState

pytestmark = [pytest.mark.browser, needs_browser]

# What would be heard, and what is said to those who hear the page.
WATCH_CALLS = """() => {
  window.calls = [];
  new MutationObserver(() => calls.push(document.getElementById("announcer").textContent))
    .observe(document.getElementById("announcer"), { childList: true, characterData: true, subtree: true });
}"""


def add(running: RunningWeb, name: str, *groups: str) -> Camera:
    camera = running.web.add_camera(name, groups=groups)
    running.web.services.cameras.report_state(camera.camera_id, CameraState.ONLINE)
    return camera


def names(page: Page) -> list[str]:
    return [link.inner_text() for link in page.locator(".tile-link").all()]


def test_a_group_is_chosen_and_kept_for_each_person(browser: Browser, running: RunningWeb) -> None:
    add(running, "Bar", "Ground floor", "Drinks")
    add(running, "Gym", "Basement")
    alice = logged_in(browser, running, "alice")
    choice = alice.get_by_label("Show the cameras and alerts of")
    expect(choice.locator("option")).to_have_text(["All cameras", "Basement (1)", "Drinks (1)", "Ground floor (1)"])
    choice.select_option("Basement")
    expect(alice.locator(".tile")).to_have_count(1)
    assert names(alice) == ["Gym"]
    assert violations(alice) == []
    alice.reload()
    expect(choice).to_have_value("Basement")
    assert names(alice) == ["Gym"]
    assert alice.evaluate("localStorage.getItem('amends-group-bob')") is None
    running.web.services.cameras.set_groups(running.web.services.cameras.find("Gym").camera_id, ["Sports"])
    expect(alice.locator(".tile")).to_have_count(2)  # The group is gone: all are shown.


def test_an_alert_of_another_group_is_counted_and_found(browser: Browser, running: RunningWeb) -> None:
    bar, gym = add(running, "Bar", "Ground floor"), add(running, "Gym", "Basement")
    alice = logged_in(browser, running, "alice", viewport=PHONE, theme="dark")
    alice.get_by_label("Show the cameras and alerts of").select_option("Basement")
    expect(alice.locator(".tile")).to_have_count(1)
    alice.evaluate(WATCH_CALLS)
    elsewhere = alice.locator("#elsewhere")
    first = running.web.add_incident(bar)
    expect(elsewhere).to_contain_text("One alert waits elsewhere: Bar")
    expect(alice.locator(".alert-card")).to_have_count(0)
    assert alice.evaluate("calls") == []
    running.web.add_incident(gym)
    expect(alice.locator(".alert-card")).to_have_count(1)
    assert "Gym" in alice.evaluate("calls.join()")
    running.web.add_incident(bar)
    expect(elsewhere).to_contain_text("2 alerts wait elsewhere: Bar")
    assert violations(alice) == []
    running.web.services.incidents.acknowledge(first.incident_id, by="bob")
    expect(elsewhere).to_contain_text("One alert waits elsewhere: Bar")
    elsewhere.get_by_role("button", name="Show all cameras").click()
    expect(elsewhere).to_be_hidden()
    expect(alice.locator(".alert-card")).to_have_count(3)


def test_a_link_to_an_alert_of_another_group_leads_to_it(browser: Browser, running: RunningWeb) -> None:
    incident = running.web.add_incident(add(running, "Bar", "Ground floor"))
    add(running, "Gym", "Basement")
    alice = logged_in(browser, running, "alice")
    alice.get_by_label("Show the cameras and alerts of").select_option("Basement")
    expect(alice.locator(".alert-card")).to_have_count(0)
    alice.evaluate(f"location.hash = 'alert-{incident.incident_id}'")
    expect(alice.locator(".alert-card:focus")).to_have_count(1)


def test_a_reminder_calls_everyone(browser: Browser, running: RunningWeb) -> None:
    bar = add(running, "Bar", "Ground floor")
    add(running, "Gym", "Basement")
    running.web.add_incident(bar, at=datetime.now(UTC) - timedelta(minutes=2.5))
    alice = logged_in(browser, running, "alice")
    alice.get_by_label("Show the cameras and alerts of").select_option("Basement")
    expect(alice.locator("#elsewhere")).to_be_visible()
    alice.evaluate(WATCH_CALLS)
    running.web.services.reminders.remind()
    alice.wait_for_function("() => calls.join().includes('Bar')")


def test_without_groups_there_is_nothing_to_choose(browser: Browser, running: RunningWeb) -> None:
    add(running, "Bar")
    alice = logged_in(browser, running, "alice")
    expect(alice.locator(".tile")).to_have_count(1)
    expect(alice.locator("#group")).to_be_hidden()
