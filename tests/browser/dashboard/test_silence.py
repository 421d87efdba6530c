"""A server that says nothing, though the connection stands: the page does not take silence for peace."""

import signal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.web_running import RunningWeb, logged_in
from tests.support.needs_browser import needs_browser

pytestmark = [pytest.mark.browser, pytest.mark.alone, needs_browser]


def test_silence_is_said_within_three_seconds_and_an_alert_of_meanwhile_comes(
    browser: Browser, running: RunningWeb
) -> None:
    camera = running.add_online_camera("Bar")
    alice = logged_in(browser, running, "alice")
    alice.wait_for_timeout(1500)  # The connection stands and has been heard.
    expect(alice.locator("#connection")).to_be_hidden()
    with running.web.unit_of_work() as work:
        work.events.last_id()  # Who reads holds the database: what is stopped does not.
        running.send_signal(signal.SIGSTOP)
    try:
        expect(alice.get_by_text("Connection lost.")).to_be_visible(timeout=3_000)
        running.web.add_incident(camera)
        expect(alice.locator(".alert-card")).to_have_count(0)
    finally:
        running.send_signal(signal.SIGCONT)
    expect(alice.locator("#connection")).to_be_hidden(timeout=8_000)
    expect(alice.locator(".alert-card")).to_have_count(1)
    expect(alice.locator("#announcer")).to_have_text("Please send assistance: angry-looking customer at Bar")
