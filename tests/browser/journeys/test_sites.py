"""A central instance in a browser: an admin registers a site, lets staff see it, and each reads what is theirs."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import DESKTOP, PHONE, RunningWeb, logged_in, running_web
from tests.support.needs_browser import needs_browser
from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.sites.feed import FeedBatch, SentCamera, SentDay, SentIncident, SiteNote
from webapp.domain.vision.emotions import Emotion

pytestmark = [pytest.mark.browser, needs_browser]
FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWeb]:
    """Three sites: one that speaks, one that has fallen silent, and one that was never heard."""
    with running_web(tmp_path_factory.mktemp("central"), central=True) as running:
        for name in ("Lind", "Hotel at the lake with a rather long name", "Harbour"):
            running.web.services.sites.registry.add(name, actor="root")
        speak(running, "Lind", minutes_ago=0)
        speak(running, "Hotel at the lake with a rather long name", minutes_ago=90)
        yield running


def speak(running: RunningWeb, name: str, *, minutes_ago: int) -> None:
    """Have a site send what it has."""
    sites, now = running.web.services.sites, running.web.clock.now()
    site_id = sites.registry.named(name).site_id
    cameras = [SentCamera(n, f"Camera {n}", state, now) for n, state in enumerate(list(CameraState)[:4], 1)]
    days = [
        SentDay((now - timedelta(days=n)).date(), (0,) * 9 + (n % 5,) + (0,) * 14, {"open": n % 5}) for n in range(30)
    ]
    incidents = [
        SentIncident(
            n, "Front desk", Emotion.ANGRY, IncidentState.RESOLVED if n % 3 else IncidentState.NEW, AlertLevel.HIGH,
            now - timedelta(hours=n), now - timedelta(hours=n), 0.9, outcome=Outcome.RECOVERED if n % 3 else None,
        )
        for n in range(1, 31)
    ]  # fmt: skip
    note = SiteNote("0.2.0", "Europe/Berlin", False, 180, 10, now, tuple(cameras), tuple(days))
    sites.intake.take(site_id, note, FeedBatch(1, 1, now, tuple(incidents), fill_after=0))
    with running.web.unit_of_work() as work:
        work.sites.note(site_id, note, now - timedelta(minutes=minutes_ago))
        work.commit()


def test_an_admin_registers_a_site_and_gives_somebody_access(browser: Browser, central: RunningWeb) -> None:
    page = logged_in(browser, central, "root")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Sites").click()
    expect(page.get_by_role("row", name="Lind")).to_contain_text("Online")
    expect(page.get_by_role("row", name="Hotel at the lake")).to_contain_text("Silent")
    expect(page.get_by_role("row", name="Harbour")).to_contain_text("Not heard yet")
    page.get_by_role("link", name="Registered sites").click()
    page.get_by_label("Name").fill("Airport")
    page.get_by_role("button", name="Register it and make its token").click()
    expect(page.locator("#one-time-token")).to_contain_text("amends_site_")
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("row", name="Airport")).to_be_visible()
    page.get_by_role("link", name="Who sees which").click()
    alice = page.locator("form", has_text="alice")
    alice.get_by_label("Lind").check()
    alice.get_by_role("button", name="Save").click()
    expect(page.get_by_text("alice is saved.")).to_be_visible()
    theirs = logged_in(browser, central, "alice")
    theirs.get_by_role("navigation", name="Main").get_by_role("link", name="Sites").click()
    expect(theirs.get_by_role("row", name="Lind")).to_be_visible()
    expect(theirs.get_by_role("row", name="Harbour")).to_have_count(0)


def test_one_site_shows_its_incidents_its_cameras_and_a_chart(browser: Browser, central: RunningWeb) -> None:
    page = logged_in(browser, central, "root")
    page.goto(f"{central.url}/sites/1")
    expect(page.get_by_role("heading", name="Lind")).to_be_visible()
    expect(page.locator("[data-chart=by-day] canvas")).to_be_visible()
    page.get_by_label("State", exact=True).select_option("new")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("row", name="Front desk")).to_have_count(10)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_pages_can_be_used_by_everybody(
    browser: Browser, central: RunningWeb, viewport: dict[str, int], theme: str
) -> None:
    page: Page = logged_in(browser, central, "root", viewport=viewport, theme=theme)
    for path in ("/sites", "/sites/1", "/sites/2?state=new", "/sites/3", "/admin/sites", "/admin/sites/access"):
        page.goto(f"{central.url}{path}")
        assert violations(page) == [], path
        assert page.evaluate(FITS), path
