"""One camera large: its last minute, drawn and as a table, and its alerts as they come."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.web_running import RunningWeb, logged_in
from tests.fakes.web import picture
from tests.support.needs_browser import needs_browser

pytestmark = [pytest.mark.browser, needs_browser]


def test_the_last_minute_is_drawn_and_told_in_a_table(browser: Browser, running: RunningWeb) -> None:
    running.add_online_camera("Bar")
    alice = logged_in(browser, running, "alice")
    alice.get_by_role("link", name="Bar").click()
    drawing = alice.get_by_role("img", name=re.compile("^Faces in the last minute: face 1 "))
    expect(drawing).to_be_visible()
    expect(drawing.get_by_text("nothing known")).to_be_visible()
    expect(alice.locator("#minute-words")).to_have_text(re.compile(r"Of \d+ s nothing is known"))
    alice.get_by_text("As a table").click()
    rows = alice.get_by_role("row")
    expect(
        rows.filter(has_text=re.compile("Face 1.*(neutral|happy|surprise|angry-looking).*7. %")).first
    ).to_be_visible()
    expect(rows.filter(has_text="nothing is known")).to_have_count(1)


def test_a_new_alert_joins_the_recent_ones_by_itself(browser: Browser, running: RunningWeb) -> None:
    camera = running.add_online_camera("Bar")
    bob = logged_in(browser, running, "bob")
    bob.goto(f"{running.url}/cameras/{camera.camera_id}")
    expect(bob.get_by_text("None so far.")).to_be_visible()
    incident = running.web.add_incident(camera, jpeg=picture("Bar"))
    link = bob.locator("#recent").get_by_role("link")
    expect(link).to_have_attribute("href", f"/incidents/{incident.incident_id}")
    running.web.services.incidents.acknowledge(incident.incident_id, "alice")
    expect(bob.locator("#recent")).to_contain_text("Acknowledged")
    link.click()
    expect(bob).to_have_url(f"{running.url}/incidents/{incident.incident_id}")
