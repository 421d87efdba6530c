"""What people see of an alert that cannot be stored, and when it can."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.accessibility import violations
from tests.browser.web_running import PHONE, RunningWeb, logged_in
from tests.support.needs_browser import needs_browser
from webapp.domain.alerts.not_stored import StorageState, UnstoredAlert
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.site.storage_faults import StorageFault
from webapp.domain.vision.emotions import Emotion
from webapp.runtime.processes.storage_notes import StorageNote

pytestmark = [pytest.mark.browser, needs_browser]


def test_it_is_shown_and_said_and_the_incident_takes_its_place(browser: Browser, running: RunningWeb) -> None:
    camera, at = running.add_online_camera("Bar"), datetime.now(UTC)
    note = StorageNote(running.data_dir, "vision")
    alice, root = logged_in(browser, running, "alice", viewport=PHONE), logged_in(browser, running, "root")
    alert = UnstoredAlert(camera.camera_id, "Bar", Emotion.ANGRY, AlertLevel.HIGH, at, at)
    note.write(StorageState(StorageFault.FULL, (alert,)))
    for page in (alice, root):
        expect(page.locator("#announcer")).to_have_text("Please send assistance: angry-looking customer at Bar")
        expect(page.locator("#unstored .alert-card")).to_have_count(1)
        expect(page.locator("#storage-fault")).to_contain_text("Alerts are shown, but cannot be stored right now.")
        expect(page.locator("#queue-empty")).to_be_hidden()
        assert violations(page) == []
    expect(root.locator("[data-fault]").filter(visible=True)).to_contain_text("The disk is full.")
    expect(alice.locator("#storage-fault")).to_contain_text("Please tell an admin.")
    expect(alice.locator("#unstored").get_by_role("button")).to_have_count(0)
    alice.evaluate("document.getElementById('announcer').textContent = ''")
    incident = running.web.add_incident(camera, at=at)
    expect(alice.locator(f"#alert-{incident.incident_id}")).to_be_visible()
    expect(alice.locator("#unstored")).to_be_hidden()
    expect(alice.locator("#announcer")).to_have_text("")  # People were called before.
    note.write(StorageState())
    expect(alice.locator("#storage-fault")).to_be_hidden()
