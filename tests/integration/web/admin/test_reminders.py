"""An alert that nobody takes: told again, passed on, and read in its history."""

import json
import re

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp, WebBrowser
from webapp.domain.alerts.escalation import ReminderRule
from webapp.domain.cameras.cameras import Camera


def remind(web: WebApp, clock: FakeClock, seconds: float) -> None:
    """Let time go by and do what housekeeping does."""
    clock.advance(seconds)
    web.services.reminders.remind()


def banner(browser: WebBrowser, path: str) -> list[str] | None:
    """Return the cameras of the alerts that a page's banner begins with; None where there is no banner."""
    found = re.search(r'id="with-managers-state">(.*?)</script>', browser.client.get(path).text)
    return [incident["camera"] for incident in json.loads(found.group(1))["incidents"]] if found else None


def test_a_reminder_goes_to_everybody_who_is_connected(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    web.tail.start_at_end()
    web.add_incident(camera)
    alice = web.browser("alice").socket()
    remind(web, clock, 120)
    remind(web, clock, 180)
    web.tail.push_new()
    told = [(one["name"], one["args"][0]) for one in alice.get_received("/dashboard")]
    assert [(name, message["reminders"]) for name, message in told[1:]] == [
        ("incident_repeated", 1),
        ("incident_repeated", 2),
        ("incident_escalated", 2),
    ]
    assert told[-1][1]["escalated_at"] == clock.now().isoformat()


def test_managers_read_it_on_every_page_until_somebody_takes_it(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    alice, bob, root = (web.browser(name) for name in ("alice", "bob", "root"))
    incident = web.add_incident(camera)
    assert banner(bob, "/insights") == []
    remind(web, clock, 300)
    assert banner(bob, "/insights") == banner(root, "/admin/users") == ["Front desk"]
    assert banner(alice, "/") is None
    assert bob.client.get("/with-managers.json").get_json()["incidents"][0]["incident_id"] == incident.incident_id
    assert alice.client.get("/with-managers.json").status_code == 403
    alice.post_json(f"/incidents/{incident.incident_id}/acknowledge")
    assert banner(bob, "/") == []


def test_the_history_shows_each_reminder(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    web.add_incident(camera)
    for seconds in (120, 120, 60):
        remind(web, clock, seconds)
    page = " ".join(web.browser("bob").client.get("/incidents/1").text.split())
    assert "Reminder 2 after 4 min 0 s" in page
    assert "Escalated to the managers after 5 min 0 s" in page
    assert web.api("bob").call("GET", "/incidents/1").get_json()["reminders"] == 2


def test_an_admin_sets_the_minutes_and_the_trail_keeps_it(web: WebApp) -> None:
    root = web.browser("root")
    page = root.client.get("/admin/reminders").text
    assert "After 2 min, then every 2 min" in page
    assert root.post("/admin/reminders", repeat_min="1.5", escalate_min="0").location == "/admin/reminders"
    assert web.services.reminders.rule() == ReminderRule(1.5, 0)
    page = root.client.get("/admin/reminders").text
    assert "It is never escalated to the managers." in page
    assert "repeat_min 1.5" in root.client.get("/admin/audit?text=reminders").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"repeat_min": "-1"}, "Expected 0 to 120 minutes, got -1."),
        ({"escalate_min": "nan"}, "Expected 0 to 120 minutes"),
        ({"escalate_min": ""}, "Enter a number of minutes"),
        ({"repeat_min": "soon"}, "Not a valid float value."),
    ],
)
def test_minutes_that_cannot_be_used_are_said(web: WebApp, fields: dict[str, str], words: str) -> None:
    sent = {"repeat_min": "2", "escalate_min": "5", **fields}
    answer = web.browser("root").post("/admin/reminders", **sent)
    assert answer.status_code == 400
    assert words in answer.text
    assert web.services.reminders.rule() == ReminderRule()
