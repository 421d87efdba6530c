"""An admin uploads a backup and has it restored; somebody who has forgotten a password follows a link."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.web_running import RunningWeb, logged_in, running_web
from tests.servers.smtp_server import MailBox, mail_server
from tests.support.needs_browser import needs_browser
from tests.support.web_app import PASSWORD
from webapp.domain.site.backups import BackupKind
from webapp.domain.site.mail import MailSecurity, MailSettings
from webapp.domain.site.site import Site

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningWeb]:
    with running_web(tmp_path / "web") as running:
        yield running


def test_a_backup_of_this_computer_is_uploaded_checked_and_ordered(
    browser: Browser, running: RunningWeb, tmp_path: Path
) -> None:
    services = running.web.services
    made = services.backups.store.path(services.backups.make("root", kind=BackupKind.CLEAR).name)
    mine = tmp_path / "mine.tar.gz"
    mine.write_bytes(made.read_bytes())
    page = logged_in(browser, running, "root")
    page.goto(f"{running.url}/admin/backups")
    page.get_by_role("link", name="Restore a backup").click()
    page.set_input_files("#backup-file", mine)
    expect(page.locator("#source-uploaded")).to_be_checked()
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("heading", name="mine.tar.gz is checked and ready")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Restore and restart").click()
    expect(page.get_by_role("heading", name="The backup is being restored")).to_be_visible()
    (running.data_dir / "restore" / "order.json").unlink()  # As the supervisor does, which this test has none of.
    page.wait_for_url(f"{running.url}/admin/restore")


def test_an_upload_that_is_refused_says_why(browser: Browser, running: RunningWeb, tmp_path: Path) -> None:
    (tmp_path / "letter.gz").write_text("no backup")
    page = logged_in(browser, running, "root")
    page.goto(f"{running.url}/admin/restore")
    page.set_input_files("#backup-file", tmp_path / "letter.gz")
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_role("alert")).to_contain_text("This is no backup of Amends")


def test_a_link_of_a_mail_leads_to_another_password(browser: Browser, running: RunningWeb) -> None:
    services = running.web.services
    services.accounts.set_mail(services.accounts.find("alice").user_id, "alice@example.org", "root")
    services.site.change(Site(public_url=running.url), "root")
    with mail_server(MailBox()) as box:
        services.mail.change(MailSettings("127.0.0.1", box.port, MailSecurity.NONE, "", "a@example.org"), "", "root")
        page = browser.new_context().new_page()
        page.goto(f"{running.url}/login")
        page.get_by_role("link", name="Forgotten the password?").click()
        page.get_by_label("Name").fill("alice")
        page.get_by_role("button", name="Send the link").click()
        expect(page.get_by_role("status")).to_contain_text("a link is on its way")
        services.password_resets.send_waiting()
    (link,) = re.findall(r"http://\S+", box.mails[0].get_content())
    page.goto(link)
    expect(page.get_by_role("heading", name="Reset the password of alice")).to_be_visible()
    assert "#" not in page.url
    page.get_by_label("New password").fill("another long sentence")
    page.get_by_label("The same again").fill("another long sentence")
    page.get_by_role("button", name="Set the password").click()
    page.wait_for_url(f"{running.url}/login")
    page.get_by_label("Name").fill("alice")
    page.get_by_label("Password").fill("another long sentence")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{running.url}/")
