"""A real browser behind a real proxy that serves Amends beneath a path: nothing is asked for outside it."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import browser, chromium
from tests.browser.test_every_page import PAGES, fill
from tests.browser.web_running import RunningWeb, running_web
from tests.servers.small_proxy import SmallProxy, small_proxy
from tests.support.needs_browser import needs_browser
from tests.support.web_app import PASSWORD

__all__ = ["browser", "chromium"]
pytestmark = [pytest.mark.browser, needs_browser]
LEADS = """() => [...document.querySelectorAll("a[href], form[action], [src], [data-stream], [data-snapshot]")]
  .flatMap((one) => [one.href, one.action, one.src, ...Object.values(one.dataset)])
  .filter((address) => typeof address === "string" && /^(http|\\/[^/])/.test(address))"""


def signed_in(browser: Browser, url: str, name: str = "root") -> Page:
    page = browser.new_context().new_page()
    page.goto(f"{url}/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{url}/")
    return page


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWeb]:
    with running_web(tmp_path_factory.mktemp("full"), trusted_proxies="127.0.0.1") as running:
        fill(running)
        yield running


def leads_out(page: Page, root: str) -> list[str]:
    """Return what on a page leads out of the prefix."""
    paths = [urlsplit(address).path for address in page.evaluate(LEADS)]
    return [path for path in paths if not path.startswith(f"{root}/")]


def test_all_pages_stay_beneath_it(browser: Browser, full: RunningWeb) -> None:
    """Two proxies in a row: the outer one's path and the inner one's together."""
    inside = SmallProxy(full.port, "/b/")
    with small_proxy(inside) as inner, small_proxy(SmallProxy(inner.port, "/a", root="/a/b")) as outer:
        problems = walked(browser, outer)
        assert inner.strays == []
    assert problems == []


def walked(browser: Browser, proxy: SmallProxy) -> list[str]:
    page, problems = signed_in(browser, proxy.url), []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("requestfailed", lambda request: problems.append(request.url) if "/static/" in request.url else None)
    for path in (path for path in PAGES if "?" not in path and not path.endswith("/2")):
        page.goto(proxy.url + path, wait_until="load")
        problems += [f"{path}: {address}" for address in leads_out(page, urlsplit(proxy.url).path)]
    page.context.close()
    return problems + proxy.strays


def test_an_alert_comes_is_taken_and_leads_on(browser: Browser, tmp_path: Path) -> None:
    with running_web(tmp_path / "web", trusted_proxies="127.0.0.1") as running:
        camera = running.add_online_camera("Bar")
        with small_proxy(SmallProxy(running.port, "/amends/")) as proxy:
            bob = signed_in(browser, proxy.url, "bob")
            incident = running.web.add_incident(camera)
            expect(bob.locator(".alert-card")).to_be_visible()
            expect(bob.locator("#slower")).to_be_hidden()
            bob.get_by_role("button", name="Acknowledge").click()
            expect(bob.locator("#toasts")).to_contain_text("You are taking care of Bar.")
            expect(bob.locator(".tile-img")).to_be_visible()
            bob.get_by_role("link", name="Bar").first.click()
            expect(bob).to_have_url(f"{proxy.url}/cameras/{camera.camera_id}")
            bob.wait_for_function("() => document.getElementById('stream').naturalWidth > 0")
            bob.locator("#recent").get_by_role("link").click()
            expect(bob).to_have_url(f"{proxy.url}/incidents/{incident.incident_id}")
            assert {cookie["path"] for cookie in bob.context.cookies()} == {"/amends"}
            bob.get_by_role("button", name="Log out").click()
            expect(bob).to_have_url(f"{proxy.url}/login")
            bob.goto(f"{proxy.url}/insights?days=7")
            expect(bob).to_have_url(re.compile("next=/amends/insights"))
            bob.get_by_label("Name").fill("bob")
            bob.get_by_label("Password").fill(PASSWORD)
            bob.get_by_role("button", name="Log in").click()
            expect(bob).to_have_url(f"{proxy.url}/insights?days=7")
            assert proxy.strays == []
            bob.context.close()
