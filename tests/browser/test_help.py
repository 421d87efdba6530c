"""The "?" of a page, as it is used by mouse, finger and keyboard."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import DESKTOP, PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_help_opens_over_the_page_closes_again_and_leads_into_the_guide(
    browser: Browser, running: RunningWeb, viewport: dict[str, int], theme: str
) -> None:
    page = logged_in(browser, running, "alice", viewport=viewport, theme=theme)
    button, panel = page.get_by_role("button", name="Help with this page"), page.locator("#page-help")
    expect(panel).to_be_hidden()
    button.click()
    expect(panel).to_contain_text("press Acknowledge")
    assert violations(page) == []
    box = panel.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= viewport["width"]
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="More in the guide").click()
    expect(page.get_by_role("heading", name="Acknowledge it")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_a_word_is_searched_and_found(browser: Browser, running: RunningWeb) -> None:
    page = logged_in(browser, running, "root")
    page.goto(f"{running.url}/guide")
    page.get_by_role("searchbox", name="Search the guide").fill("passphrase")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Make a backup").click()
    expect(page).to_have_url(f"{running.url}/guide/backups#make")
    page.get_by_role("main").get_by_role("link", name="Backups", exact=True).first.click()
    expect(page).to_have_url(f"{running.url}/admin/backups")
    page.context.close()
