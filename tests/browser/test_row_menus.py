"""The menus of an admin's rows: by mouse, by keyboard, on a phone, and without scripts."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import DESKTOP, PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser

pytestmark = [pytest.mark.browser, needs_browser]


def menu_of(page: Page, name: str) -> Locator:
    return page.locator(".row-menu", has=page.locator("summary", has_text=f"for {name}"))


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText")).replace("\n", " ").strip()


def cameras_page(browser: Browser, running: RunningWeb, **window: object) -> Page:
    for name in ("Bar", "Desk"):
        running.web.add_camera(name)
    page = logged_in(browser, running, "root", **window)  # type: ignore[arg-type]
    page.goto(f"{running.url}/admin/cameras")
    return page


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_a_row_has_one_action_and_a_menu_that_fits_the_screen(
    browser: Browser, running: RunningWeb, size: dict[str, int], theme: str
) -> None:
    page = cameras_page(browser, running, viewport=size, theme=theme)
    row = page.locator("tr", has_text="Bar")
    expect(row.locator(".row-actions > :not(details)")).to_have_count(1)
    expect(page.get_by_role("button", name="Remove Bar")).to_be_hidden()
    menu_of(page, "Bar").locator("summary").click()
    expect(page.get_by_role("button", name="Remove Bar")).to_be_visible()
    assert violations(page) == []
    box = menu_of(page, "Bar").locator(".row-menu-items").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size["width"]
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_by_keyboard_it_opens_moves_and_closes(browser: Browser, running: RunningWeb) -> None:
    page = cameras_page(browser, running)
    menu = menu_of(page, "Bar")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    for key, words in (("ArrowDown", "Zones"), ("ArrowDown", "Disable"), ("End", "Remove"), ("ArrowUp", "Disable")):
        page.keyboard.press(key)
        assert focused(page).startswith(words), key
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    assert focused(page).startswith("More")
    page.keyboard.press("Space")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Shift+Tab")
    expect(menu).not_to_have_attribute("open", "")


def test_programs_that_read_pages_aloud_are_told_whether_it_is_open(browser: Browser, running: RunningWeb) -> None:
    page = cameras_page(browser, running)
    session = page.context.new_cdp_session(page)
    expanded = []
    for _ in range(2):
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        mine = next(node for node in nodes if node.get("name", {}).get("value") == "More for Bar")
        expanded.append(next(one["value"]["value"] for one in mine["properties"] if one["name"] == "expanded"))
        menu_of(page, "Bar").locator("summary").click()
    assert expanded == [False, True]


def test_one_menu_is_open_at_a_time_and_a_click_elsewhere_closes_it(browser: Browser, running: RunningWeb) -> None:
    page = cameras_page(browser, running)
    menu_of(page, "Bar").locator("summary").click()
    menu_of(page, "Bar").press("Escape")
    menu_of(page, "Desk").locator("summary").click()
    menu_of(page, "Bar").locator("summary").focus()
    expect(menu_of(page, "Desk")).not_to_have_attribute("open", "")
    menu_of(page, "Desk").locator("summary").click()
    page.get_by_role("heading", name="Cameras").click()
    expect(menu_of(page, "Desk")).not_to_have_attribute("open", "")


def test_the_question_comes_back_to_the_menu_and_the_answer_counts(browser: Browser, running: RunningWeb) -> None:
    page = cameras_page(browser, running)
    menu_of(page, "Bar").locator("summary").click()
    page.get_by_role("button", name="Remove Bar").click()
    page.locator("#confirm").get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Remove Bar")).to_be_focused()
    page.get_by_role("button", name="Disable Bar").click()
    page.get_by_text("Bar is switched off.").wait_for()


def test_without_scripts_a_role_is_changed_in_the_menu(browser: Browser, running: RunningWeb) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{running.url}/login")
    page.get_by_label("Name").fill("root")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()
    page.goto(f"{running.url}/admin/users")
    menu_of(page, "alice").locator("summary").click()
    page.get_by_label("Role of alice").select_option("manager")
    page.get_by_role("button", name="Change role of alice").click()
    assert running.web.services.accounts.find("alice").role.value == "manager"


def test_red_is_for_alerts_alone(browser: Browser, running: RunningWeb) -> None:
    """No button, badge or message of an admin's pages is red, whatever may be removed and whatever is offline."""
    page = cameras_page(browser, running)
    red = """[...document.querySelectorAll("main .btn, main .state, main .alert")].filter((element) => {
      const [r, g, b] = getComputedStyle(element).color.match(/\\d+/g).map(Number);
      return r > 150 && g < 80 && b < 80;
    }).map((element) => element.outerHTML.slice(0, 120))"""
    for path in ("cameras", "users", "sessions", "tokens", "backups", "system", "notice"):
        page.goto(f"{running.url}/admin/{path}")
        assert page.evaluate(red) == [], path
