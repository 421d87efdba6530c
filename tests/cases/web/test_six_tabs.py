"""One browser, plain HTTP, many windows: live views take no connection from alerts."""

import re
import time
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import browser, chromium, running
from tests.browser.web_running import RunningWeb, logged_in
from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE
from tests.support.running import wait_until

__all__ = ["browser", "chromium", "running"]
pytestmark = [pytest.mark.browser, needs_browser]
HIDE = """(isHidden) => {
  for (const [name, value] of [["hidden", isHidden], ["visibilityState", isHidden ? "hidden" : "visible"]]) {
    Object.defineProperty(document, name, { configurable: true, value });
  }
  document.dispatchEvent(new Event("visibilitychange"));
}"""
IS_DRAWN = "() => document.getElementById('stream').naturalWidth > 0"


def viewers(running: RunningWeb) -> int:
    """Return how many streams the server sends now."""
    api = running.web.api("root")
    asked = Request(f"{running.url}/metrics", headers={"Authorization": f"Bearer {api.token}"})
    with urlopen(asked, timeout=5) as answer:
        found = re.search(r"^amends_stream_viewers (\d+)", answer.read().decode(), re.MULTILINE)
    assert found
    return int(found[1])


def windows(dashboard: Page, address: str, count: int = 6) -> list[Page]:
    pages = [dashboard.context.new_page() for _ in range(count)]
    for page in pages:
        page.goto(address, wait_until="commit")
    return pages


def test_an_alert_is_taken_beside_six_live_views(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    alice = logged_in(browser, running, "alice")
    pages = windows(alice, f"{running.url}/cameras/{camera.camera_id}")
    for page in pages:  # Each shows pictures, be it as a stream or one after the other.
        page.wait_for_function(IS_DRAWN)
    wait_until(lambda: viewers(running) == 2, "two of them have a stream")
    running.web.add_incident(camera)
    began = time.monotonic()
    alice.get_by_role("button", name="Acknowledge").click()
    expect(alice.locator("#toasts")).to_contain_text("You are taking care of Bar.")
    assert time.monotonic() - began < 3 * PATIENCE
    pages[5].close()
    pages[4].close()
    wait_until(lambda: viewers(running) == 2, "others take the places up")


def test_who_does_not_look_lets_go_of_the_stream_and_takes_it_up_again(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    alice = logged_in(browser, running, "alice")
    alice.goto(f"{running.url}/cameras/{camera.camera_id}")
    wait_until(lambda: viewers(running) == 1, "it streams")
    alice.evaluate(HIDE, True)
    wait_until(lambda: viewers(running) == 0, "it lets go")
    alice.evaluate(HIDE, False)
    wait_until(lambda: viewers(running) == 1, "it streams again")
    alice.wait_for_function(IS_DRAWN)


def test_an_alert_is_taken_where_no_connection_is_left(browser: Browser, running: RunningWeb) -> None:
    """Streams that are opened by their own address ask nobody."""
    camera = running.add_online_camera("Bar")
    alice = logged_in(browser, running, "alice")
    other = running.web.add_incident(camera)
    running.web.add_incident(camera)
    alice.reload()
    windows(alice, f"{running.url}/cameras/{camera.camera_id}/stream.mjpg")
    wait_until(lambda: viewers(running) == 6, "all connections are in use")
    alice.get_by_role("button", name="Acknowledge").first.click()
    expect(alice.locator("#toasts")).to_contain_text("You are taking care of Bar.", timeout=8000 * PATIENCE)
    expect(alice.locator("#no-answer")).to_be_visible(timeout=15_000 * PATIENCE)
    expect(alice.locator("#connection")).to_be_hidden()
    running.web.services.incidents.acknowledge(other.incident_id, "bob")
    expect(alice.locator("#toasts")).to_contain_text("bob is taking care of Bar.")


@pytest.fixture(autouse=True)
def _no_windows_left(browser: Browser) -> Iterator[None]:
    yield
    for context in browser.contexts:
        context.close()
