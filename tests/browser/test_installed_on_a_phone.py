"""Installed on a phone: with no server there is a page that says so, and it gives way by itself."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_every_page import violations
from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.fakes.web import picture
from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE

pytestmark = [pytest.mark.browser, needs_browser]

IN_THE_CACHE = """async () => {
  const kept = {};
  for (const name of await caches.keys()) {
    kept[name] = (await (await caches.open(name)).keys()).map((request) => request.url.replace(location.origin, ""));
  }
  return kept;
}"""
IN_THE_HTTP_CACHE = """async (paths) => {
  const asked = paths.map((path) => {
    return fetch(path, { cache: "only-if-cached", mode: "same-origin" }).then((answer) => answer.ok, () => false);
  });
  const kept = await Promise.all(asked);
  return paths.filter((_, place) => kept[place]);
}"""
WAIT_MS = 20_000 * PATIENCE


def with_worker(browser: Browser, running: RunningWeb) -> Page:
    page = logged_in(browser, running, "bob", viewport=PHONE)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # At the latest the next page is the worker's.
    page.wait_for_function("() => navigator.serviceWorker.controller", timeout=WAIT_MS)
    return page


def test_without_a_server_a_page_of_ours_says_what_to_do_until_it_answers(
    browser: Browser, running: RunningWeb
) -> None:
    page = with_worker(browser, running)
    running.kill()
    page.goto(f"{running.url}/incidents")
    expect(page.get_by_role("heading", name="Amends cannot be reached")).to_be_visible()
    expect(page.get_by_text("Alerts do not reach this device now.")).to_be_visible()
    assert page.url == f"{running.url}/incidents"
    problems = violations(page)
    page.emulate_media(color_scheme="dark")
    assert problems + violations(page) == []
    assert page.locator(".brand img").evaluate("image => image.naturalWidth") > 0
    page.get_by_role("button", name="Try now").click()
    expect(page.get_by_role("heading", name="Amends cannot be reached")).to_be_visible()
    running.start()
    expect(page.get_by_role("heading", name="Incidents", exact=True)).to_be_visible(timeout=WAIT_MS)
    page.context.close()


@pytest.mark.security
def test_after_logging_out_nothing_is_left_to_go_back_to(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Front desk")
    running.web.add_incident(camera, jpeg=picture("a face"))
    page = with_worker(browser, running)
    page.goto(f"{running.url}/incidents/1")
    picture_path = page.locator("img[src*='snapshot.jpg']").first.get_attribute("src")
    page.goto(f"{running.url}/account")
    page.evaluate("document.querySelector('form[action=\"/logout\"]').submit()")
    # The page itself may lead there a second time, when it hears that its session is over: that aborts the first.
    expect(page.get_by_label("Password")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert (
        page.evaluate(IN_THE_HTTP_CACHE, ["/", "/account", "/incidents/1", picture_path, "/cameras/1/snapshot.jpg"])
        == []
    )
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.mark.security
def test_nothing_that_belongs_to_anybody_is_kept(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Front desk")
    running.web.add_incident(camera, jpeg=picture("a face"))
    page = with_worker(browser, running)
    page.evaluate("caches.open('amends-shell-of-last-year')")
    for path in ("/", "/cameras/1", "/incidents", "/incidents/1", "/insights", "/account"):
        page.goto(running.url + path, wait_until="commit")
        page.wait_for_timeout(500)
    kept = page.evaluate(IN_THE_CACHE)
    page.context.close()
    (addresses,) = (found for name, found in kept.items() if name != "amends-shell-of-last-year")
    assert "/offline" in addresses
    assert [one for one in addresses if one != "/offline" and not one.startswith("/static/")] == []
    assert [one for one in addresses if one.startswith("/static/") and "?v=" not in one] == []
    assert len({one.partition("?")[0] for one in addresses}) == len(addresses)


def test_a_new_version_leaves_nothing_of_the_last_one(browser: Browser, running: RunningWeb) -> None:
    page = with_worker(browser, running)
    before = page.evaluate("caches.keys()")
    site = running.web.services.site
    site.change(replace(site.get(), product_name="Hearth"), "root")
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => true)")
    page.wait_for_function(
        "async (before) => { const now = await caches.keys(); return now.length === 1 && now[0] !== before[0]; }",
        arg=before,
        timeout=WAIT_MS,
    )
    page.context.close()
