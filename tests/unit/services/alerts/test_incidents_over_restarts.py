"""Incidents outlive the process that opened them, and the camera that they are of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.clocks import START
from tests.unit.services.alerts.alert_decisions import JPEG, OPENED, decision
from webapp.domain.alerts.decisions import AlertChange
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.events import EventKind
from webapp.services.alerts.incident_recorder import IncidentRecorder
from webapp.services.alerts.incidents import IncidentService
from webapp.services.ports import IncidentFilter


def test_after_a_restart_the_open_incident_is_continued_not_doubled(use_cases, camera, unit_of_work, clock, events):
    use_cases.recorder.record(camera, [OPENED], JPEG)
    use_cases.recorder.flush()
    restarted = IncidentRecorder(unit_of_work, use_cases.recorder.snapshots, clock)
    policy = AlertPolicy(AlertRule())
    clock.advance(3)
    restarted.resume(camera.camera_id, policy)
    assert use_cases.incidents.open_incidents()[0].ended_at == clock.now()
    restarted.record(camera, [decision(AlertChange.CONTINUED, 5, episode=1, track_id=1)], JPEG)
    restarted.flush()
    (incident,) = use_cases.incidents.open_incidents()
    assert incident.ended_at is None
    assert [event.kind for event in events()].count(EventKind.INCIDENT_OPENED) == 1


def test_an_incident_did_not_last_through_the_night_in_which_nobody_looked(use_cases, camera, unit_of_work, clock):
    recorder, seen_at = use_cases.recorder, START + timedelta(seconds=5)
    recorder.record(camera, [OPENED, replace(decision(AlertChange.SEEN, 5), seen_at=seen_at)], JPEG)
    recorder.flush()
    clock.advance(8 * 3600)
    IncidentRecorder(unit_of_work, recorder.snapshots, clock).resume(camera.camera_id, AlertPolicy(AlertRule()))
    assert use_cases.incidents.open_incidents()[0].duration_s == 5


@pytest.mark.parametrize(("ago_s", "is_known"), [(29, True), (31, False)])
def test_after_a_restart_an_incident_that_ended_within_the_cooldown_is_continued_too(
    use_cases, camera, unit_of_work, clock, ago_s, is_known
):
    clock.advance(6)
    use_cases.recorder.record(camera, [OPENED, decision(AlertChange.ENDED, 6, episode=1)], JPEG)
    use_cases.recorder.flush()
    (before,) = use_cases.incidents.open_incidents()
    restarted, policy = IncidentRecorder(unit_of_work, use_cases.recorder.snapshots, clock), AlertPolicy(AlertRule())
    clock.advance(ago_s)
    restarted.resume(camera.camera_id, policy)
    assert restarted.incident_id(camera.camera_id, 1) == (before.incident_id if is_known else None)
    assert use_cases.incidents.open_incidents() == [before]


def test_what_waits_is_stored_before_another_policy_counts_its_episodes_anew(use_cases, camera, clock, events):
    recorder = use_cases.recorder
    first_ended = decision(AlertChange.ENDED, 3, episode=1)
    recorder.record(camera, [OPENED, first_ended, decision(AlertChange.OPENED, 4, episode=2)], JPEG)
    clock.advance(40)  # The first one's cooldown is over.
    recorder.resume(camera.camera_id, AlertPolicy(AlertRule()))
    recorder.record(camera, [decision(AlertChange.PEAKED, 6, 0.9, episode=1)], None)
    recorder.record(camera, [decision(AlertChange.PEAKED, 6, 0.99, episode=2)], None)
    recorder.flush()
    second, first = use_cases.incidents.open_incidents()
    assert (first.peak_score, second.peak_score) == (0.6, 0.9)
    kinds = [event.kind for event in events()]
    assert kinds == [EventKind.INCIDENT_OPENED, EventKind.INCIDENT_ENDED] * 2


def test_an_incident_of_a_camera_removed_meanwhile_is_kept(use_cases, camera):
    use_cases.cameras.remove(camera.camera_id)
    use_cases.recorder.record(camera, [OPENED], JPEG)
    use_cases.recorder.flush()
    (incident,) = use_cases.incidents.open_incidents()
    assert (incident.camera_id, incident.camera_name) == (None, "Desk")


def test_removing_a_camera_keeps_its_incidents(use_cases, camera):
    use_cases.recorder.record(camera, [OPENED], JPEG)
    use_cases.recorder.flush()
    use_cases.cameras.remove(camera.camera_id)
    assert use_cases.incidents.search(IncidentFilter()).total == 1


def test_staff_acknowledge_once_and_resolve_once(use_cases, camera, events):
    from webapp.errors import IncidentConflict, InputInvalid

    use_cases.recorder.record(camera, [OPENED], JPEG)
    use_cases.recorder.flush()
    incidents: IncidentService = use_cases.incidents
    incident_id = incidents.open_incidents()[0].incident_id
    incidents.acknowledge(incident_id, "alice")
    with pytest.raises(IncidentConflict, match="alice"):
        incidents.acknowledge(incident_id, "bob")
    with pytest.raises(InputInvalid, match="Expected one of recovered"):
        incidents.resolve(incident_id, "bob", "won")
    incidents.resolve(incident_id, "bob", "recovered", " offered a new room ")
    assert incidents.open_incidents() == []
    assert incidents.get(incident_id).note == "offered a new room"
    assert [event.actor for event in incidents.history(incident_id).timeline] == [None, "alice", "bob"]
