"""Since one last looked: what the dashboard tells who comes back to it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser
from webapp.domain.cameras.cameras import CameraState, StateReason

pytestmark = [pytest.mark.browser, needs_browser]

# A tab that is hidden and comes back, as the browser tells the page of it.
TURN = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def looked_before(running: RunningWeb, name: str, *, minutes: float) -> None:
    """Let somebody have looked so long ago, at all that has happened so far."""
    with running.web.unit_of_work() as work:
        user = work.users.find(name)
        assert user
        work.read_markers.put(user.user_id, work.events.last_id(), datetime.now(UTC) - timedelta(minutes=minutes))
        work.commit()


def something_happens(running: RunningWeb) -> None:
    """Alert at the bar, which bob settles; the lobby goes and comes back."""
    bar, lobby = running.add_online_camera("Bar"), running.add_online_camera("Lobby")
    services = running.web.services
    services.incidents.resolve(running.web.add_incident(bar).incident_id, "bob", "recovered")
    running.web.add_incident(lobby)
    services.cameras.report_state(lobby.camera_id, CameraState.OFFLINE, StateReason("timed out"))
    services.cameras.report_state(lobby.camera_id, CameraState.ONLINE)


def panel_of(page: Page) -> Locator:
    return page.locator("#handover")


def test_who_comes_back_reads_what_happened_and_puts_it_away(browser: Browser, running: RunningWeb) -> None:
    looked_before(running, "alice", minutes=30)
    something_happens(running)
    alice = logged_in(browser, running, "alice", viewport=PHONE, theme="dark")
    panel = panel_of(alice)
    expect(panel.get_by_role("heading")).to_have_text(re.compile("Since your last visit, .+"))
    expect(panel).to_contain_text("2 new alerts, 1 never acknowledged, 1 camera was offline.")
    expect(panel.locator("li").first).to_be_hidden()  # An alert is open: it is read first.
    panel.locator("summary").click()
    expect(panel.locator("li")).to_have_text(
        [
            re.compile("Lobby offline from .+ to .+"),
            re.compile("Lobby alert of .+, waits for help"),
            re.compile("Bar alert of .+, never acknowledged, resolved by bob: recovered"),
        ]
    )
    assert violations(alice) == []
    panel.get_by_role("link").nth(1).click()
    expect(alice.locator(".alert-card:focus")).to_have_count(1)
    alice.reload()
    expect(panel).to_be_visible()
    with alice.expect_response("**/handover/seen"):
        panel.get_by_role("button", name="Dismiss").click()
    expect(panel).to_be_hidden()
    again = logged_in(browser, running, "alice")
    expect(again.locator(".alert-card")).to_have_count(1)
    again.wait_for_timeout(500)
    expect(panel_of(again)).to_be_hidden()


def test_a_tab_that_was_hidden_tells_what_came_meanwhile(browser: Browser, running: RunningWeb) -> None:
    alice = logged_in(browser, running, "alice")
    # A page tells what was seen when it starts, when it is left, and when it is hidden: only the last is meant below.
    alice.goto(f"{running.url}/account")
    alice.wait_for_load_state("networkidle")
    with alice.expect_response("**/handover/seen"):
        alice.goto(f"{running.url}/")
    with alice.expect_response("**/handover/seen"):
        alice.evaluate(TURN, True)
    looked_before(running, "alice", minutes=2)
    something_happens(running)
    expect(alice.locator(".alert-card")).to_have_count(1)
    expect(panel_of(alice)).to_be_hidden()
    alice.evaluate(TURN, False)
    expect(panel_of(alice)).to_contain_text("2 new alerts")


def test_what_one_saw_is_no_news(browser: Browser, running: RunningWeb) -> None:
    alice = logged_in(browser, running, "alice")
    something_happens(running)
    expect(alice.locator(".alert-card")).to_have_count(1)
    with alice.expect_response("**/handover/seen"):
        alice.evaluate(TURN, True)
    alice.evaluate(TURN, False)
    alice.wait_for_timeout(500)
    expect(panel_of(alice)).to_be_hidden()


def test_alerts_stand_above_what_happened_and_the_panel_follows_them(browser: Browser, running: RunningWeb) -> None:
    looked_before(running, "alice", minutes=30)
    something_happens(running)
    alice = logged_in(browser, running, "alice")
    panel, card = panel_of(alice), alice.locator(".alert-card")
    expect(panel).to_be_visible()
    assert card.bounding_box()["y"] < panel.bounding_box()["y"]
    panel.locator("summary").click()
    running.web.add_incident(running.add_online_camera("Terrace"))
    expect(card).to_have_count(2)
    card.filter(has_text="Lobby").get_by_role("button", name="Acknowledge").click()
    expect(panel.locator("li")).to_have_text(
        [re.compile("Lobby offline"), re.compile("Lobby .+, alice is taking care of it"), re.compile("Bar .+recovered")]
    )


def test_without_an_open_alert_the_panel_is_open(browser: Browser, running: RunningWeb) -> None:
    looked_before(running, "alice", minutes=30)
    bar = running.add_online_camera("Bar")
    running.web.services.incidents.resolve(running.web.add_incident(bar).incident_id, "bob", "recovered")
    alice = logged_in(browser, running, "alice")
    expect(panel_of(alice).locator("li")).to_be_visible()
