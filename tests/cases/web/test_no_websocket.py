"""A proxy that lets no WebSocket through: alerts come by long polling, and the page says so calmly."""

import time
from contextlib import closing
from http.client import HTTPConnection

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import browser, chromium, running
from tests.browser.web_running import RunningWeb
from tests.servers.small_proxy import SmallProxy, Upgrades, small_proxy
from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE
from tests.support.web_app import PASSWORD

__all__ = ["browser", "chromium", "running"]
pytestmark = [pytest.mark.browser, needs_browser]


def signed_in(browser: Browser, url: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(f"{url}/login")
    page.get_by_label("Name").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{url}/")
    return page


@pytest.mark.parametrize("upgrades", ["400", "502", "drop", "mute"])
def test_alerts_come_and_are_taken(browser: Browser, running: RunningWeb, upgrades: Upgrades) -> None:
    camera = running.add_online_camera("Bar")
    with small_proxy(SmallProxy(running.port, upgrades=upgrades)) as proxy:
        alice = signed_in(browser, proxy.url)
        expect(alice.locator("#slower")).to_be_visible(timeout=15_000 * PATIENCE)
        running.web.add_incident(camera)
        expect(alice.locator(".alert-card")).to_be_visible(timeout=3000 * PATIENCE)
        alice.get_by_role("button", name="Acknowledge").click()
        expect(alice.locator("#toasts")).to_contain_text("You are taking care of Bar.")
        if upgrades == "400":
            for _ in range(6):  # Nothing is "lost" for as long as it lasts.
                expect(alice.locator("#connection")).to_be_hidden()
                time.sleep(0.5)
        alice.context.close()


def test_where_websockets_come_through_nothing_is_said(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    with small_proxy(SmallProxy(running.port)) as proxy:
        alice = signed_in(browser, proxy.url)
        running.web.add_incident(camera)
        expect(alice.locator(".alert-card")).to_be_visible()
        expect(alice.locator("#slower")).to_be_hidden()
        assert not [path for path in proxy.asked if "transport=polling" in path]
        alice.context.close()


def test_who_polls_rubbish_is_kept_waiting_by_nobody(running: RunningWeb) -> None:
    """Nor does the server wait for one who opens a connection, sends rubbish and never comes back."""
    for body in ("9", "4garbage", "x", "", "1", "4" * 20_000, "\x1e" * 40):
        with closing(HTTPConnection("127.0.0.1", running.port, timeout=5)) as line:
            line.request("GET", "/socket.io/?EIO=4&transport=polling")
            opened = line.getresponse().read().decode()
            sid = opened.split('"sid":"')[1].split('"')[0]
            line.request("POST", f"/socket.io/?EIO=4&transport=polling&sid={sid}", body)
            line.getresponse().read()
    with closing(HTTPConnection("127.0.0.1", running.port, timeout=5)) as line:
        line.request("GET", "/healthz")
        assert line.getresponse().status == 200
