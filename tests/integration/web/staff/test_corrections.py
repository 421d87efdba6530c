"""A resolved incident is said otherwise, or opened again: by whom, with what in the trail, and what follows of it."""

import re
from datetime import timedelta

import pytest

from tests.support.clocks import START, FakeClock
from tests.support.filled.scored_days import Visitors
from tests.support.web_app import WebApp
from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.cameras.cameras import Camera
from webapp.domain.events import EventKind
from webapp.services.alerts.incident_recorder import IncidentRecorder

DAY_S = 24 * 3600.0
CORRECTED = {"outcome": "recovered", "note": "A grin, and a tip."}


@pytest.fixture
def resolved(web: WebApp, camera: Camera) -> int:
    """An incident that alice resolved as a false alarm; nobody had acknowledged it."""
    incident_id = web.add_incident(camera).incident_id
    web.end(incident_id)
    web.services.incidents.resolve(incident_id, "alice", "false_alarm", "a grin")
    return incident_id


@pytest.mark.parametrize("name", ["alice", "bob", "root"])
def test_who_resolved_it_and_managers_correct_it_with_before_and_after_in_the_trail(
    web: WebApp, resolved: int, name: str
) -> None:
    answer = web.browser(name).post_json(f"/incidents/{resolved}/correct", CORRECTED)
    assert (answer.status_code, answer.get_json()["outcome"], answer.get_json()["resolved_by"]) == (
        200, "recovered", "alice",
    )  # fmt: skip
    assert web.services.incidents.get(resolved).note == "A grin, and a tip."
    ((actor, payload),) = web.audited(EventKind.INCIDENT_CORRECTED)
    assert (actor, payload["before"], payload["after"]) == (
        name,
        {"outcome": "false_alarm", "note": "a grin"},
        {"outcome": "recovered", "note": "A grin, and a tip."},
    )
    trail = web.browser("root").client.get("/admin/audit?topic=alerts").text
    assert "Incident corrected" in trail
    assert "before: outcome false alarm; note a grin, after: outcome recovered; note A grin, and a tip." in trail
    page = re.sub(r"\s+", " ", web.browser("bob").client.get(f"/incidents/{resolved}").text)
    assert "Recovered instead of False alarm" in page
    assert "Note before: a grin" in page


def test_nobody_else_of_the_staff_may(web: WebApp, resolved: int) -> None:
    web.services.accounts.add("carol", "staff", "correct horse battery")
    carol = web.browser("carol")
    answer = carol.post_json(f"/incidents/{resolved}/correct", CORRECTED)
    assert (answer.status_code, "resolved by alice: only they and managers" in answer.get_json()["message"]) == (
        403,
        True,
    )
    assert carol.post(f"/incidents/{resolved}/reopen").status_code == 302
    assert "only they and managers" in carol.client.get(f"/incidents/{resolved}").text
    incident = web.services.incidents.get(resolved)
    assert (incident.state, incident.outcome) == (IncidentState.RESOLVED, Outcome.FALSE_ALARM)
    page = carol.client.get(f"/incidents/{resolved}").text
    assert 'id="correct"' not in page
    assert "Something wrong? alice, who resolved it, and managers" in page


def test_what_is_the_same_as_before_leaves_no_trace(web: WebApp, resolved: int) -> None:
    same = {"outcome": "false_alarm", "note": " a grin "}
    assert web.browser("alice").post_json(f"/incidents/{resolved}/correct", same).status_code == 200
    assert web.audited(EventKind.INCIDENT_CORRECTED) == []


def test_bad_input_is_refused_and_changes_nothing(web: WebApp, resolved: int, camera: Camera) -> None:
    alice = web.browser("alice")
    address = f"/incidents/{resolved}/correct"
    for body in ({"outcome": "fixed"}, {"outcome": 5}, {}, [], {"outcome": "recovered", "note": "x" * 2001}):
        assert alice.post_json(address, body).status_code == 400, body
    assert alice.post_json("/incidents/99/correct", CORRECTED).status_code == 404
    still_open = web.add_incident(camera).incident_id
    assert alice.post_json(f"/incidents/{still_open}/correct", CORRECTED).status_code == 409
    assert web.services.incidents.get(resolved).outcome is Outcome.FALSE_ALARM


def test_a_reopened_incident_is_on_the_dashboards_at_once_and_can_be_taken(
    web: WebApp, resolved: int, clock: FakeClock
) -> None:
    clock.advance(3600)
    web.tail.start_at_end()
    alice, bob = web.browser("alice"), web.browser("bob")
    socket = alice.socket()
    assert bob.post(f"/incidents/{resolved}/reopen").status_code == 302
    web.tail.push_new()
    (told,) = socket.get_received("/dashboard")
    assert (told["name"], told["args"][0]["state"], told["args"][0]["actor"]) == ("incident_reopened", "new", "bob")
    (shown,) = alice.client.get("/dashboard.json").get_json()["incidents"]
    assert (shown["incident_id"], shown["outcome"], shown["note"]) == (resolved, None, "a grin")
    assert web.services.reminders.remind() == 0, "nobody was asked for an hour; that is no reminder's business"
    clock.advance(6 * 60)
    assert web.services.reminders.remind() == 2, "a reminder and the managers, counted from the reopening"
    assert alice.post_json(f"/incidents/{resolved}/acknowledge").status_code == 200
    ((actor, payload),) = web.audited(EventKind.INCIDENT_REOPENED)
    assert (actor, payload["before"]["outcome"], payload["after"]["state"]) == ("bob", "false_alarm", "new")
    page = bob.client.get(f"/incidents/{resolved}").text
    assert "It had been resolved: False alarm" in page
    figures = web.services.insights.of_day(START.date(), web.services.site.zone()).insights
    assert figures.acknowledged.p50_s == 6 * 60


def test_a_second_reopening_changes_nothing_and_says_so(web: WebApp, resolved: int) -> None:
    bob = web.browser("bob")
    bob.post(f"/incidents/{resolved}/reopen")
    bob.post(f"/incidents/{resolved}/reopen")
    assert "is open: it has no outcome" in bob.client.get(f"/incidents/{resolved}").text
    assert len(web.audited(EventKind.INCIDENT_REOPENED)) == 1


def test_what_is_older_than_a_day_is_the_managers_and_no_screen_of_staff_hears_of_it(
    web: WebApp, resolved: int, clock: FakeClock
) -> None:
    web.browser("alice").post_json("/handover/seen", {"last_event_id": 10**6})
    clock.advance(DAY_S + 1)
    alice = web.browser("alice")
    for act, sent in (("correct", CORRECTED), ("reopen", None)):
        assert alice.post_json(f"/incidents/{resolved}/{act}", sent).status_code == 404
    web.tail.start_at_end()
    socket = alice.socket()
    web.browser("bob").post_json(f"/incidents/{resolved}/correct", CORRECTED)
    web.tail.push_new()
    assert socket.get_received("/dashboard") == []
    assert alice.client.get("/handover.json").get_json()["incidents"] == []
    assert web.services.incidents.get(resolved).outcome is Outcome.RECOVERED


def test_many_that_were_resolved_together_are_corrected_one_by_one(web: WebApp, camera: Camera) -> None:
    bob = web.browser("bob")
    ids = [web.add_incident(camera).incident_id for _ in range(3)]
    bob.post("/incidents/resolve", incident=ids, outcome="no_action", note="A fire drill.")
    assert all(web.services.incidents.get(one).was_never_acknowledged for one in ids)
    bob.post_json(f"/incidents/{ids[1]}/correct", {"outcome": "escalated", "note": "A real one."})
    outcomes = [web.services.incidents.get(one).outcome for one in ids]
    assert outcomes == [Outcome.NO_ACTION, Outcome.ESCALATED, Outcome.NO_ACTION]


def test_figures_and_threshold_advice_follow_at_once(web: WebApp, camera: Camera, clock: FakeClock) -> None:
    recorder = IncidentRecorder(web.unit_of_work, web.snapshots, clock)
    visitors = Visitors(camera, recorder, web.services.incidents, web.unit_of_work, web.services.rules.effective(1))
    for number in range(10):
        at = START - timedelta(days=1) + timedelta(minutes=number)
        visitors.pass_by(at, 0.85 if number % 2 else 0.58, "recovered" if number % 2 else "false_alarm")
    bob = web.browser("bob")
    assert "trigger threshold" in bob.client.get("/advice/1").text
    assert "Highest: Front desk, 50 % of 10 resolved." in bob.client.get("/insights").text
    bob.post_json("/incidents/1/correct", {"outcome": "recovered", "note": ""})
    advice = re.sub(r"\s+", " ", bob.client.get("/advice/1").text)
    assert '<th scope="row">false alarm</th><td>4</td><td>5</td><td>1</td>' in advice
    assert '<th scope="row">recovered or escalated</th><td>6</td><td>5</td><td>0</td>' in advice
    assert "Highest: Front desk, 40 % of 10 resolved." in bob.client.get("/insights").text
    bob.post("/incidents/1/reopen")
    assert '<th scope="row">something else, or nothing</th><td>1</td>' in bob.client.get("/advice/1").text


def test_a_program_corrects_and_reopens(web: WebApp, resolved: int) -> None:
    alice, bob = web.api("alice"), web.api("bob")
    corrected = alice.call("POST", f"/incidents/{resolved}/correct", CORRECTED)
    assert (corrected.status_code, corrected.get_json()["outcome"]) == (200, "recovered")
    assert corrected.get_json()["never_acknowledged"]
    assert alice.call("POST", f"/incidents/{resolved}/correct", {"outcome": "fixed"}).status_code == 422
    reopened = bob.call("POST", f"/incidents/{resolved}/reopen")
    assert (reopened.status_code, reopened.get_json()["state"]) == (200, "new")
    again = bob.call("POST", f"/incidents/{resolved}/reopen")
    assert (again.status_code, again.get_json()["error"]) == (409, "incident_conflict")
    bob.call("POST", f"/incidents/{resolved}/resolve", {"outcome": "no_action"})
    refused = alice.call("POST", f"/incidents/{resolved}/correct", CORRECTED)
    assert (refused.status_code, refused.get_json()["error"]) == (403, "permission_denied")
