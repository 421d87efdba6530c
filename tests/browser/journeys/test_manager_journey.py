"""A manager's day, from logging in to a log that is settled, exported and learned from; the real services wrote it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.web_running import PHONE, RunningWeb, logged_in, running_web
from tests.support.filled.scored_days import Visitors
from tests.support.needs_browser import needs_browser
from webapp.domain.events import EventKind
from webapp.services.alerts.incident_recorder import IncidentRecorder

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWeb]:
    """Twelve people yesterday, six of them false alarms, and two today whom nobody has taken care of."""
    with running_web(tmp_path_factory.mktemp("days")) as running:
        fill(running)
        yield running


def fill(running: RunningWeb) -> None:
    web, camera = running.web, running.add_online_camera("Front desk")
    recorder = IncidentRecorder(web.unit_of_work, web.snapshots, web.clock)
    rule = web.services.rules.effective(camera.camera_id)
    visitors = Visitors(camera, recorder, web.services.incidents, web.unit_of_work, rule)
    yesterday = (datetime.now(UTC) - timedelta(days=1)).replace(hour=9, minute=0)
    for number in range(6):
        visitors.pass_by(yesterday + timedelta(minutes=number), 0.85, "recovered", "Offered a quieter room.")
    for number in range(6):
        visitors.pass_by(yesterday + timedelta(minutes=30 + number), 0.58, "false_alarm")
    for number in (2, 1):
        visitors.pass_by(datetime.now(UTC) - timedelta(minutes=number), 0.9)


def complaints_of(page: Page) -> list[str]:
    """Collect what the browser complains of from now on."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def test_a_managers_day(browser: Browser, days: RunningWeb) -> None:
    bob = logged_in(browser, days, "bob")
    complaints = complaints_of(bob)
    bob.get_by_role("link", name="Incidents", exact=True).click()
    search_and_keep_a_view(bob)
    read_an_incident(bob)
    settle_what_is_new(bob, days)
    export_everything(bob)
    learn_from_it(bob)
    take_the_advice(bob, days)
    bob.get_by_role("link", name="Daily summary").click()
    expect(bob.locator(".tiles li").first).to_contain_text("12")
    assert complaints == []


def press(page: Page, *keys: str) -> None:
    """Press keys on the log, once its script listens."""
    expect(page.get_by_role("button", name="Shortcuts")).to_be_visible()
    for key in keys:
        page.keyboard.press(key)


def search_and_keep_a_view(page: Page) -> None:
    expect(page.locator(".row-link")).to_have_count(14)
    press(page, "/")
    page.keyboard.type("quieter ROOM")
    page.keyboard.press("Enter")
    expect(page.locator(".row-link")).to_have_count(6)
    assert "q=quieter+ROOM" in page.url
    page.get_by_label("Name of this view").fill("Quieter rooms")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_role("link", name="Quieter rooms", exact=True)).to_have_attribute("aria-current", "page")


def read_an_incident(page: Page) -> None:
    press(page, "j", "j", "k")
    expect(page.locator(".row-link").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Front desk")).to_be_visible()
    expect(page.locator("#score-chart canvas")).to_be_visible()
    page.get_by_text("Figures as a table").click()
    expect(page.locator(".chart-figures tbody tr").last).to_contain_text("85 %")
    page.go_back()


def settle_what_is_new(page: Page, days: RunningWeb) -> None:
    page.get_by_role("link", name="Show all").click()
    page.locator("#state").select_option("new")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".row-link")).to_have_count(2)
    expect(page.locator(".bulk-bar")).to_be_hidden()
    press(page, "j", "x")
    expect(page.locator("#marked-count")).to_have_text("1")
    page.get_by_label("Mark all open incidents").check()
    page.locator("#bulk-outcome").select_option("no_action")
    page.locator("#bulk-note").fill("left before anybody came")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.get_by_text("2 incidents are resolved.")).to_be_visible()
    assert days.web.services.incidents.open_incidents() == []


def export_everything(page: Page) -> None:
    page.get_by_role("link", name="Show all").click()
    page.locator("#outcome").select_option("false_alarm")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".row-link")).to_have_count(6)
    with page.expect_download() as spreadsheet:
        page.get_by_role("link", name="CSV file").click()
    assert len(spreadsheet.value.path().read_text(encoding="utf-8-sig").splitlines()) == 7
    with page.expect_download() as listing:
        page.get_by_role("link", name="JSON file").click()
    assert {one["outcome"] for one in json.loads(listing.value.path().read_text())} == {"false_alarm"}


def learn_from_it(page: Page) -> None:
    page.get_by_role("link", name="Insights").click()
    expect(page.locator("[data-chart] canvas")).to_have_count(8)
    expect(page.get_by_role("img", name="False alarms by camera. Highest: Front desk, 43 % of 14")).to_be_visible()
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("[data-chart] canvas")).to_have_count(8)


def take_the_advice(page: Page, days: RunningWeb) -> None:
    page.get_by_role("link", name="Threshold advice").click()
    page.get_by_role("link", name="Front desk").click()
    expect(page.locator("main")).to_contain_text("8 alerts instead of 14")
    page.get_by_role("button", name="Apply 64 %").click()
    page.locator("#confirm-yes").click()
    expect(page.get_by_text("The trigger threshold of Front desk is now 64 %.")).to_be_visible()
    with days.web.unit_of_work() as work:
        last = work.events.after(0, limit=999)[-1]
    assert (last.kind, last.actor) == (EventKind.RULE_CHANGED, "bob")


def test_days_begin_where_the_reader_is(browser: Browser, days: RunningWeb) -> None:
    cookies = logged_in(browser, days, "bob").context.storage_state()
    page = browser.new_context(timezone_id="Asia/Kolkata", storage_state=cookies).new_page()
    page.goto(f"{days.url}/insights", wait_until="commit")
    page.wait_for_url("**/insights?tz=Asia*")
    expect(page.locator("main")).to_contain_text("at 14:00")


def test_the_keys_are_listed_and_leave_typing_alone(browser: Browser, days: RunningWeb) -> None:
    page = logged_in(browser, days, "bob")
    page.goto(f"{days.url}/incidents")
    press(page, "?")
    expect(page.get_by_role("dialog", name="Shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_label("Words in the note").focus()
    page.keyboard.type("jk?/x")
    expect(page.get_by_label("Words in the note")).to_have_value("jk?/x")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_on_a_phone_the_incidents_come_before_the_filters(browser: Browser, days: RunningWeb) -> None:
    page = logged_in(browser, days, "bob", viewport=PHONE)
    page.goto(f"{days.url}/incidents")
    assert page.locator(".row-link").first.bounding_box()["y"] < PHONE["height"]  # type: ignore[index]
    page.get_by_text("More filters").click()
    page.locator("#outcome").select_option("recovered")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".row-link")).to_have_count(6)
    expect(page.locator("#outcome")).to_be_visible()
