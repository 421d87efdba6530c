"""The first day on the running product, from an empty folder to a first alert that arrives; and each step's page."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import DESKTOP, PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE
from tests.support.running import RunningAmends, running_amends
from tests.support.videos import bar_pictures, write_video
from webapp.domain.alerts.incidents import IncidentState
from webapp.domain.site.analysis_gate import OPEN_GATE
from webapp.domain.site.site import Site
from webapp.services.ports import IncidentFilter

pytestmark = [pytest.mark.browser, needs_browser]

OWN_PASSWORD = "a password of my own"
STEPS = ("", "/site", "/people", "/purpose", "/camera", "/zones", "/notice", "/alerts", "/done")
# What is sent with too little in it.
SENT_EMPTY = {
    "/people": "Change it",
    "/purpose": "Put on record and go on",
    "/zones": "Put on record for Desk",
    "/notice": "Put on record and go on",
}
MOST_CLICKS = 40
MOST_S = 300
COUNT_CLICKS = """
const clicks = () => Number(sessionStorage.getItem("clicks") ?? 0);
addEventListener("pointerdown", () => sessionStorage.setItem("clicks", clicks() + 1), true);
"""


@pytest.fixture(scope="module")
def amends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAmends]:
    """An empty folder but for one recording, which stands for a camera of one's own."""
    folder = tmp_path_factory.mktemp("first-day")
    recordings = folder / "recordings"
    recordings.mkdir()
    write_video(recordings / "door.mp4", bar_pictures(50), fps=10)
    with running_amends(
        folder, is_first_day=True, AMENDS_ADMIN_PASSWORD="", AMENDS_RECORDINGS_DIR=str(recordings)
    ) as running:
        yield running


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def heading(page: Page, name: str) -> None:
    page.get_by_role("heading", name=name, level=1).wait_for()


def log_in_with_the_printed_password(page: Page, amends: RunningAmends) -> None:
    (printed,) = re.findall(r"Password:\s+(\S+)", amends.log())
    page.goto(amends.url)
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(printed)
    press(page, "Log in")
    page.get_by_label("Current password").fill(printed)
    page.get_by_label("New password").fill(OWN_PASSWORD)
    page.get_by_label("The same again").fill(OWN_PASSWORD)
    press(page, "Set it and go on")
    page.wait_for_url(f"{amends.url}/welcome")


def say_who_and_why(page: Page) -> None:
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    press(page, "Save and go on")
    heading(page, "Password and a second person")
    page.get_by_label("For whom").fill("Dana")
    press(page, "Invite")
    expect(page.locator("#invitation-link")).to_contain_text("/join#")
    page.get_by_role("link", name="Next step").click()
    heading(page, "Purpose and contact")
    page.get_by_label("Who uses it").fill("Hotel Lind, Berlin")
    page.get_by_label("Whom people may ask").fill("privacy@lind.example")
    press(page, "Hotel")
    expect(page.get_by_label("Why", exact=True)).to_have_value(re.compile("our reception notices"))
    expect(page.get_by_label("Who uses it")).to_have_value("Hotel Lind, Berlin")
    press(page, "Put on record and go on")


def add_the_first_camera(page: Page) -> None:
    heading(page, "The first camera")
    page.get_by_role("link", name="Enter its address by hand").click()
    page.get_by_label("Recorded video").check()
    press(page, "Next")
    page.get_by_label("Address", exact=True).fill("file:door.mp4")
    press(page, "Next")
    page.get_by_text("320 × 180").wait_for(timeout=20_000 * PATIENCE)
    press(page, "Next")
    page.get_by_label("Name").fill("Door")
    press(page, "Next")
    page.get_by_role("heading", name="What must not be watched?").wait_for()
    page.get_by_label("No staff are in view").check()
    press(page, "Next")
    press(page, "Add the camera")
    heading(page, "The first camera")
    page.get_by_role("link", name="Next step").click()
    heading(page, "Where staff stand")
    page.get_by_text("On record since").wait_for()
    page.get_by_role("link", name="Next step").click()


def hang_the_sign(page: Page) -> None:
    heading(page, "The sign at the door")
    page.get_by_label("It hangs at the door").check()
    page.get_by_label("Hung by").fill("Dana")
    press(page, "Put on record and go on")


@pytest.mark.slow
def test_from_an_empty_folder_to_a_first_alert_in_five_minutes(browser: Browser, amends: RunningAmends) -> None:
    page = browser.new_context(viewport=DESKTOP).new_page()
    page.set_default_timeout(15_000 * PATIENCE)
    page.add_init_script(COUNT_CLICKS)
    began = time.monotonic()
    log_in_with_the_printed_password(page, amends)
    say_who_and_why(page)
    add_the_first_camera(page)
    hang_the_sign(page)
    heading(page, "How alerts reach people")
    press(page, "Raise a test alert")
    page.get_by_text(re.compile(r"It has arrived in this browser, \d+\.\d s after your click")).wait_for()
    took_s = time.monotonic() - began
    page.get_by_role("link", name="Open the dashboard").click()
    card = page.locator(".alert-card", has_text="Test alert: nobody needs help")
    card.get_by_role("button", name="Acknowledge").click()
    card.get_by_role("button", name="Resolve").click()
    page.get_by_text("Nothing could or had to be done").click()
    page.locator("#resolve-form").get_by_role("button", name="Resolve").click()
    expect(card).to_have_count(0)
    expect(page.locator("#checklist")).to_have_count(0)
    clicks = int(page.evaluate("sessionStorage.getItem('clicks')"))
    assert took_s < MOST_S * PATIENCE
    assert clicks < MOST_CLICKS
    services = amends.installation
    assert services.site_records.gates()[services.cameras.find("Door").camera_id] == OPEN_GATE
    (tested,) = [one for one in services.incidents.search(IncidentFilter()).incidents if one.is_test]
    assert (tested.state, tested.resolved_by) == (IncidentState.RESOLVED, "admin")
    assert services.first_day.progress().is_complete


@pytest.fixture
def half_done(running: RunningWeb) -> RunningWeb:
    """A site with two cameras of its own, that has said who it is and not yet the rest."""
    web = running.web
    web.services.first_day.begin("root")
    web.services.first_day.note_shown()
    web.services.site.change(Site(operator="Hotel Lind, Berlin", contact="privacy@lind.example"), "root")
    for name in ("Desk", "Bar with a rather long name"):
        web.add_camera(name, f"rtsp://192.0.2.1/{name.split()[0]}")
    return running


@pytest.mark.parametrize(("size", "theme"), [(DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark")])
def test_each_step_can_be_used_by_everybody(
    browser: Browser, half_done: RunningWeb, size: dict[str, int], theme: str
) -> None:
    page = logged_in(browser, half_done, "root", viewport=size, theme=theme)
    problems = [f"dashboard: {one}" for one in problems_of(page)]
    page.locator("#checklist summary").click()
    problems += [f"checklist: {one}" for one in problems_of(page)]
    for step in STEPS:
        page.goto(f"{half_done.url}/welcome{step}")
        problems += [f"{step}: {one}" for one in problems_of(page)]
    problems += problems_in_error(page, half_done.url)
    page.goto(f"{half_done.url}/welcome/camera")
    press(page, "Look for cameras on the network")
    page.get_by_label("Lobby north").wait_for()
    page.goto(f"{half_done.url}/welcome/camera")
    problems += [f"found: {one}" for one in problems_of(page)]
    page.goto(f"{half_done.url}/welcome/alerts")
    press(page, "Raise a test alert")
    page.get_by_text("It has arrived in this browser").wait_for()
    problems += [f"arrived: {one}" for one in problems_of(page)]
    assert problems == []


def test_a_test_alert_says_who_took_it(browser: Browser, half_done: RunningWeb) -> None:
    page = logged_in(browser, half_done, "root")
    page.goto(f"{half_done.url}/welcome/alerts")
    press(page, "Raise a test alert")
    page.get_by_text("It has arrived in this browser").wait_for()
    expect(page.locator("#announcer")).to_have_text("Test alert: nobody needs help")
    alice = logged_in(browser, half_done, "alice")
    card = alice.locator(".alert-card", has_text="Test alert: nobody needs help")
    expect(card).to_contain_text("Test")
    card.get_by_role("button", name="Acknowledge").click()
    page.get_by_text("alice acknowledged it.").wait_for()
    (tested,) = half_done.web.services.incidents.open_incidents()
    half_done.web.services.incidents.resolve(tested.incident_id, "alice", "no_action")
    page.get_by_text("alice resolved it.").wait_for()


def problems_in_error(page: Page, url: str) -> list[str]:
    """Send each form with too little, and look at the answers."""
    problems = []
    for step, button in SENT_EMPTY.items():
        page.goto(f"{url}/welcome{step}")
        for folded in page.locator("main details:not([open]) summary").all():
            folded.click()
        press(page, button)
        page.locator(".invalid-feedback").first.wait_for()
        problems += [f"{step} in error: {one}" for one in problems_of(page)]
    return problems


def problems_of(page: Page) -> list[str]:
    wide = ["wider than the screen"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
    return violations(page) + wide
