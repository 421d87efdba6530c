"""A visitor asks: found by camera and time, handed over, deleted, and proved on paper."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.fakes.web import picture
from tests.support.needs_browser import needs_browser
from webapp.services.ports import IncidentFilter

pytestmark = [pytest.mark.browser, needs_browser]


def check_page(page: Page) -> None:
    """See that a page can be used by everybody, and fits a phone."""
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def visited(running: RunningWeb) -> datetime:
    """An alert of an hour ago, resolved; when it was, on the clocks of the site."""
    at = datetime.now(UTC) - timedelta(hours=1)
    incident = running.web.add_incident(running.web.add_camera("Front desk"), at=at, jpeg=picture("Front desk"))
    running.web.services.incidents.resolve(incident.incident_id, "alice", "recovered", "Offered a seat.")
    return at.astimezone(running.web.services.site.zone())


def test_a_visit_is_found_handed_over_and_deleted_with_proof(
    browser: Browser, running: RunningWeb, visited: datetime, tmp_path: Path
) -> None:
    page = logged_in(browser, running, "root", viewport=PHONE)
    page.goto(f"{running.url}/admin/compliance")
    page.get_by_role("link", name="A visitor's request").first.click()
    page.get_by_label("Camera").select_option("Front desk")
    page.get_by_label("From").fill(f"{visited - timedelta(minutes=5):%Y-%m-%dT%H:%M}")
    page.get_by_label("To", exact=True).fill(f"{visited + timedelta(minutes=5):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Show what is kept").click()
    page.get_by_label("Alert 1 is about this visitor").check()
    check_page(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="File for the visitor").click()
    download.value.save_as(tmp_path / "visit.zip")
    assert (tmp_path / "visit.zip").read_bytes().startswith(b"PK")
    page.get_by_label("I have checked camera and time with the visitor.").check()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Deleted, looked for again, and nothing was found.")).to_be_visible()
    check_page(page)
    assert running.web.services.incidents.search(IncidentFilter()).total == 0
    page.context.close()


def test_the_file_is_exported_as_a_page_that_needs_nothing_else(
    browser: Browser, running: RunningWeb, tmp_path: Path
) -> None:
    page = logged_in(browser, running, "root")
    page.goto(f"{running.url}/admin/compliance")
    with page.expect_download() as download:
        page.get_by_role("link", name="As a page (HTML)").click()
    download.value.save_as(tmp_path / "compliance.html")
    page.context.close()
    alone = browser.new_context(offline=True, viewport=PHONE).new_page()
    complaints: list[str] = []
    alone.on("console", lambda message: complaints.append(message.text))
    alone.on("requestfailed", lambda request: complaints.append(request.url))
    alone.goto(f"file://{tmp_path / 'compliance.html'}")
    expect(alone.get_by_role("heading", name="Compliance file")).to_be_visible()
    check_page(alone)
    assert complaints == []
    alone.context.close()
