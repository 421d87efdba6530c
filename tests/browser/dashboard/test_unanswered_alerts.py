"""What people see of an alert that nobody takes."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE
from webapp.domain.alerts.escalation import ReminderRule

pytestmark = [pytest.mark.browser, needs_browser]


def add_unanswered(running: RunningWeb, name: str, *, minutes: float) -> int:
    """Add an alert that nobody has taken for so long."""
    at = datetime.now(UTC) - timedelta(minutes=minutes)
    return running.web.add_incident(running.add_online_camera(name), at=at).incident_id


def test_staff_are_told_again_and_read_that_the_managers_know(browser: Browser, running: RunningWeb) -> None:
    reminders = running.web.services.reminders
    alice = logged_in(browser, running, "alice", viewport=PHONE, theme="dark")
    add_unanswered(running, "Bar", minutes=2.5)
    expect(alice.locator("#announcer")).to_have_text("Please send assistance: angry-looking customer at Bar")
    reminders.remind()
    expect(alice.locator(".alert-again")).to_have_text("1st reminder")
    expect(alice.locator("#announcer")).to_have_text(
        "1st reminder. Please send assistance: angry-looking customer at Bar"
    )
    expect(alice.locator(".alert-managers")).to_be_hidden()
    reminders.change(ReminderRule(0, 2), "root")
    reminders.remind()
    expect(alice.locator(".alert-managers")).to_have_text(re.compile("With the managers since .+"))
    expect(alice.locator("#toasts")).to_contain_text("Nobody has taken the alert at Bar: the managers are notified.")
    expect(alice.locator("#with-managers")).to_have_count(0)
    assert violations(alice) == []
    alice.get_by_role("button", name="Acknowledge").click()
    expect(alice.locator(".alert-again, .alert-managers").filter(visible=True)).to_have_count(0)


def test_a_manager_reads_it_on_any_page_and_is_led_to_the_alert(browser: Browser, running: RunningWeb) -> None:
    bob = logged_in(browser, running, "bob")
    bob.goto(f"{running.url}/insights")
    banner = bob.locator("#with-managers")
    bob.wait_for_timeout(1000)  # The page's own connection.
    expect(banner).to_be_hidden()
    bar, spa = add_unanswered(running, "Bar", minutes=6), add_unanswered(running, "Spa", minutes=1)
    running.web.services.reminders.remind()
    expect(banner).to_contain_text("Nobody has taken the alert at Bar since")
    assert violations(bob) == []
    banner.get_by_role("link").click()
    expect(bob).to_have_url(f"{running.url}/#alert-{bar}")
    expect(bob.locator(".alert-card:focus")).to_have_attribute("data-incident-id", str(bar))
    expect(banner).to_be_visible()
    bob.keyboard.press("a")
    expect(banner).to_be_hidden()
    expect(bob.locator(".alert-card:focus")).to_have_attribute("data-incident-id", str(spa))


def test_the_banner_catches_up_after_the_server_was_away(browser: Browser, running: RunningWeb) -> None:
    bob = logged_in(browser, running, "bob")
    bob.goto(f"{running.url}/account")
    bob.wait_for_timeout(1000)
    running.kill()
    incident = add_unanswered(running, "Bar", minutes=6)
    running.web.services.reminders.remind()
    running.start()
    expect(bob.locator("#with-managers")).to_be_visible(timeout=10_000 * PATIENCE)
    running.web.services.incidents.acknowledge(incident, "alice")
    expect(bob.locator("#with-managers")).to_be_hidden()
