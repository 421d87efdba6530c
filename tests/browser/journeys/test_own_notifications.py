"""A person adds a mail address, confirms it, tests it and wants quiet; an incident says whom it reached, live."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.web_running import DESKTOP, PHONE, RunningWeb, logged_in, running_web
from tests.support.needs_browser import needs_browser
from webapp.domain.notifications.outcomes import TAKEN, Outcome, SendFailure
from webapp.domain.site.mail import Mail, MailSecurity, MailSettings
from webapp.runtime.notifications.email import EmailSender
from webapp.runtime.notifications.words import CatalogueWriter

pytestmark = [pytest.mark.browser, needs_browser]
WRITER = CatalogueWriter(lambda text, _language: text)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWeb]:
    with running_web(tmp_path_factory.mktemp("own")) as running:
        mail = MailSettings("127.0.0.1", 25, MailSecurity.NONE, "", "amends@example.org")
        running.web.services.mail.change(mail, "", "root")
        yield running


def send(running: RunningWeb, outcome: Outcome = TAKEN) -> list[Mail]:
    """Do what housekeeping and its process do, with a mail server in the test's hands."""
    told, mails = running.web.services.notifications, []
    told.planner.plan()
    told.fan_out.fan_out()
    for claim in told.deliveries.claim(WRITER, limit=10):
        EmailSender(mails.append, lambda: True).send(claim.message, claim.channel)
        told.deliveries.finish(claim, outcome)
    return mails


def add_address(page: Page, running: RunningWeb) -> None:
    page.goto(f"{running.url}/account/notifications")
    page.locator("#mail-name").fill("Work")
    page.get_by_label("Mail address").fill("alice@example.org")
    page.get_by_role("button", name="Add it").first.click()
    page.get_by_text("Waits for its code").wait_for()


def shoot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def test_an_address_is_confirmed_tested_and_quiet_and_the_incident_says_whom_it_reached(
    browser: Browser, running: RunningWeb, tmp_path: Path
) -> None:
    page = logged_in(browser, running, "alice", viewport=DESKTOP)
    add_address(page, running)
    status = page.locator("[id^=own-status-]")
    expect(status).to_have_text("It is being sent.")
    (mail,) = send(running)
    expect(status).to_have_text("The mail with the code was taken by the mail server.")
    page.get_by_label("Code from the mail").fill(re.match(r"\d+", mail.text)[0])
    shoot(page, tmp_path, "waiting")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".own-channel-name .state")).to_have_text("On")
    page.get_by_role("button", name="Send a test").click()
    expect(status).to_have_text("It is being sent.")
    send(running, Outcome(SendFailure.REFUSED, is_final=True))
    expect(status).to_have_text("It did not arrive. The server refused the message.")
    page.get_by_label("Monday").fill("22:00-07:00")
    page.get_by_role("button", name="As on Monday, every day").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Sunday")).to_have_value("22:00-07:00")
    shoot(page, tmp_path, "mine")

    page.goto(running.url)
    camera = running.add_online_camera("Front desk")
    incident = running.web.add_incident(camera, peak=0.95)
    line = page.locator(".alert-card .alert-notified")
    page.locator(".alert-card").wait_for()
    told = running.web.services.notifications
    told.planner.plan()
    told.fan_out.fan_out()
    expect(line).to_have_text("Notifications are on their way")
    send(running)
    expect(line).to_have_text("Notified: 1 person")
    shoot(page, tmp_path, "card")
    line.get_by_role("link").click()
    page.wait_for_url(f"**/incidents/{incident.incident_id}#notified")
    section = page.locator("#notified")
    expect(section).to_contain_text("Delivered")
    expect(section).to_contain_text("alice")
    expect(section).not_to_contain_text("Work")
    shoot(page, tmp_path, "incident")
    page.context.close()

    second = running.web.add_incident(camera, peak=0.95)
    bob = logged_in(browser, running, "bob", viewport=PHONE, theme="dark")
    bob.goto(f"{running.url}/incidents/{second.incident_id}")
    expect(bob.locator("#notified")).to_contain_text("Nobody was notified beside the open pages")
    told.planner.plan()
    told.fan_out.fan_out()
    expect(bob.locator("#notified")).to_contain_text("E-mail, Work")
    send(running, Outcome(SendFailure.REFUSED, is_final=True, detail="550"))
    expect(bob.locator("#notified")).to_contain_text("The server refused the message. (550)")
    expect(bob.locator(".alert-notified")).to_have_text("Nobody could be notified")
    shoot(bob, tmp_path, "nobody")
    bob.goto(f"{running.url}/account/notifications")
    shoot(bob, tmp_path, "phone")
    bob.context.close()
