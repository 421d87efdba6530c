"""A test alert goes the way of every alert, and no figure counts it."""

from datetime import timedelta

import pytest

from tests.support.clocks import FakeClock
from tests.support.web_app import WebApp
from webapp.domain.alerts.incidents import Incident, IncidentState
from webapp.domain.cameras.cameras import Camera
from webapp.domain.events import EventKind
from webapp.services.ports import IncidentFilter


@pytest.fixture
def tested(web: WebApp, camera: Camera) -> Incident:
    """One alert of a camera, and one test."""
    web.add_incident(camera)
    return web.services.alert_test.raise_alert("root")


def test_it_is_stored_pushed_acknowledged_and_resolved_like_any_other(web: WebApp, camera: Camera) -> None:
    alice = web.browser("alice")
    socket = alice.socket()
    socket.get_received("/dashboard")
    tested = web.services.alert_test.raise_alert("root")
    web.tail.push_new()
    (pushed,) = [one for one in socket.get_received("/dashboard") if one["name"] == "incident_opened"]
    message = pushed["args"][0]
    assert (message["is_test"], message["message"], message["actor"]) == (
        True, "Test alert: nobody needs help", "root",
    )  # fmt: skip
    assert '"is_test": true' in alice.client.get("/").text
    assert alice.post_json(f"/incidents/{tested.incident_id}/acknowledge").json["acknowledged_by"] == "alice"
    resolved = alice.post_json(f"/incidents/{tested.incident_id}/resolve", {"outcome": "no_action"})
    assert resolved.json["state"] == IncidentState.RESOLVED
    assert web.audited(EventKind.INCIDENT_OPENED)[-1][0] == "root"


def test_no_figure_counts_it(web: WebApp, camera: Camera, tested: Incident, clock: FakeClock) -> None:
    web.services.incidents.acknowledge(tested.incident_id, "alice")
    web.services.incidents.resolve(tested.incident_id, "alice", "false_alarm")
    zone, today = web.services.site.zone(), clock.now().date()
    assert web.services.insights.of_days(today, today, zone).total == 1
    summary = web.services.insights.of_day(today, zone)
    assert (summary.insights.total, [one.is_test for one in summary.open]) == (1, [False])
    assert summary.longest_wait is not None
    assert not summary.longest_wait.incident.is_test
    assert web.services.insights.of_day(today + timedelta(days=1), zone).usual == 1 / 7
    advice = web.services.advice.for_camera(camera.camera_id)
    assert advice.evidence.false_alarms == 0
    web.services.alert_test.raise_alert("root")
    assert "amends_incidents_open 1.0" in web.browser("root").client.get("/metrics").text
    with web.unit_of_work.reading() as work:
        assert [one.outcome for one in work.incidents.figures(IncidentFilter())] == [None]


def test_an_open_one_is_neither_reminded_of_nor_handed_over(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    alice = web.services.accounts.find("alice")
    web.services.handovers.look(alice, web.services.dashboard.last_event_id())
    web.services.alert_test.raise_alert("root")
    clock.advance(1200)
    assert web.services.reminders.remind() == 0
    assert list(web.services.dashboard.escalated().incidents) == []
    assert list(web.services.handovers.missed(alice).news.incidents) == []
    assert [one.is_test for one in web.services.incidents.open_incidents()] == [True]


def test_the_log_and_its_exports_say_what_it_is(web: WebApp, tested: Incident) -> None:
    bob = web.browser("bob").client
    assert "Test alert" in bob.get("/incidents").text
    page = bob.get(f"/incidents/{tested.incident_id}").text
    assert "This is a test alert: nobody was seen." in page
    assert "(removed)" not in page
    lines = list(web.services.reports.csv(IncidentFilter()))
    assert [line.strip().rsplit(",", 1)[1] for line in lines] == ["is_test", "True", "False"]
    sent = web.api("bob").call("GET", "/incidents").json
    assert [one["is_test"] for one in sent["incidents"]] == [True, False]


def test_retention_deletes_it_like_any_other(web: WebApp, tested: Incident, clock: FakeClock) -> None:
    web.services.incidents.resolve(tested.incident_id, "alice", "no_action")
    clock.advance(400 * 86_400)
    web.services.retention.delete_batch()
    assert tested.incident_id not in [
        one.incident_id for one in web.services.incidents.search(IncidentFilter()).incidents
    ]


def test_a_wall_screen_says_that_it_is_a_test_whatever_its_group(web: WebApp) -> None:
    web.add_incident(web.add_camera("Bar", groups=("Ground floor",)))
    web.services.alert_test.raise_alert("root")
    for address in ("/wall.json", "/wall.json?group=Ground+floor"):
        alerts = web.browser("alice").client.get(address).get_json()["alerts"]
        assert [(one["camera"], one["is_test"]) for one in alerts] == [("Test", True), ("Bar", False)], address
