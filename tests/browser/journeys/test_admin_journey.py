"""The admin's day on the running product: a person invited and shown out, pictures forgotten, a backup put back."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.needs_browser import needs_browser
from tests.support.patience import PATIENCE
from tests.support.running import PASSWORD, RunningAmends, running_amends, wait_until
from webapp.domain.alerts.incidents import Incident
from webapp.domain.people.audit import AuditFilter
from webapp.domain.vision.emotions import Emotion
from webapp.settings import REPOSITORY_DIR
from webapp.storage.alerts.snapshots import SnapshotFiles

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_browser]

DANAS_PASSWORD = "a password of my own"


def signed_in_admin(browser: Browser, amends: RunningAmends) -> Page:
    page = browser.new_context().new_page()
    page.goto(amends.url)
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{amends.url}/")
    return page


def invite_dana(admin: Page) -> str:
    admin.get_by_role("link", name="Users").click()
    admin.get_by_label("For whom").fill("Dana, night shift")
    admin.get_by_role("button", name="Invite").click()
    return admin.locator("#invitation-link").inner_text()


def joined(browser: Browser, amends: RunningAmends, link: str) -> Page:
    dana = browser.new_context().new_page()
    dana.goto(link)
    dana.get_by_label("Your name").fill("Dana")
    dana.get_by_label("New password").fill(DANAS_PASSWORD)
    dana.get_by_label("The same again").fill(DANAS_PASSWORD)
    dana.get_by_role("button", name="Sign in").click()
    dana.wait_for_url(f"{amends.url}/")
    expect(dana.get_by_text("Welcome, Dana.")).to_be_visible()
    expect(dana.get_by_role("link", name="Users")).to_have_count(0)
    return dana


def show_dana_out(admin: Page, dana: Page) -> None:
    admin.goto(f"{admin.url.split('/admin')[0]}/admin/sessions")
    admin.get_by_role("button", name="End the session of Dana").click()
    admin.locator("#confirm").get_by_role("button", name="End it").click()
    dana.wait_for_url("**/login?ended=1*", timeout=3_000 * PATIENCE)


def keep_pictures_for_three_days(admin: Page, amends: RunningAmends) -> None:
    at = datetime.now(UTC) - timedelta(days=5)
    snapshots = SnapshotFiles(amends.settings.snapshots_dir)
    incident = Incident(None, "Bar", 1, Emotion.ANGRY, at, at, 0.8, ended_at=at)
    name = snapshots.save(b"picture", at)
    with amends.installation.adapters.unit_of_work() as work:
        stored = work.incidents.add(incident, name)
        work.commit()
    admin.goto(f"{amends.url}/admin/retention")
    admin.get_by_label("Pictures and clips of alerts").fill("3")
    admin.get_by_role("button", name="Show what this deletes").click()
    expect(admin.locator("tbody tr").first).to_contain_text("1 of")
    admin.get_by_role("button", name="Save and delete").click()
    audit = amends.installation.audit
    wait_until(lambda: audit.search(AuditFilter(text="data deleted")).total == 1, "the deletion is on record", 25)
    assert snapshots.read(name) is None
    assert not amends.installation.incidents.get(stored.incident_id).has_snapshot


def made_backup(admin: Page, amends: RunningAmends) -> Path:
    admin.goto(f"{amends.url}/admin/backups")
    admin.get_by_role("button", name="Make a backup").click()
    admin.get_by_role("button", name="Download").wait_for(timeout=20_000 * PATIENCE)
    backups = amends.installation.backups.store
    return backups.path(backups.list()[0].name)


def restore(amends: RunningAmends, backup: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(REPOSITORY_DIR / "run.py"), "backup", "restore", str(backup), "--yes"]
    return subprocess.run(command, env=amends.environment, capture_output=True, text=True, check=False)


def test_a_person_is_invited_and_shown_out_pictures_go_and_a_backup_comes_back(
    browser: Browser, tmp_path: Path
) -> None:
    with running_amends(tmp_path) as amends:
        admin = signed_in_admin(browser, amends)
        link = invite_dana(admin)
        show_dana_out(admin, joined(browser, amends, link))
        keep_pictures_for_three_days(admin, amends)
        backup = made_backup(admin, amends)
        admin.goto(f"{amends.url}/admin/system")
        for part in ("supervisor", "web", "vision", "housekeeping", "capture: Demo"):
            expect(admin.get_by_role("row", name=part).first).to_contain_text(" s")

        amends.installation.accounts.add("Eve", "staff", PASSWORD)
        refused = restore(amends, backup)
        assert refused.returncode == 75
        assert "is already running" in refused.stderr
        amends.stop()
        assert restore(amends, backup).returncode == 0
        amends.start()
        assert [user.name for user in amends.installation.accounts.list()] == ["admin", "Dana"]
        admin.goto(amends.url)
        expect(admin.get_by_role("button", name="Log in")).to_be_visible()
        assert PASSWORD not in amends.log()
        assert link.partition("#")[2] not in amends.log()
