from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.vision import ANGRY
from tests.support.clocks import START
from tests.unit.services.alerts.alert_decisions import JPEG, OPENED, decision
from webapp.domain.alerts.decisions import AlertChange
from webapp.domain.alerts.incidents import EarlierIncident, IncidentState
from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.events import EventKind
from webapp.domain.vision.emotions import Emotion
from webapp.domain.vision.tracks import PersonTrack
from webapp.services.alerts.incident_recorder import IncidentRecorder


def test_an_opened_episode_is_an_incident_with_event_and_picture(use_cases, camera, events):
    use_cases.recorder.record(camera, [OPENED], JPEG)
    use_cases.recorder.flush()
    (incident,) = use_cases.incidents.open_incidents()
    assert (incident.camera_name, incident.track_id, incident.emotion) == ("Desk", 4, Emotion.ANGRY)
    assert use_cases.incidents.snapshot(incident.incident_id) == JPEG
    (event,) = events()
    assert (event.kind, event.incident_id) == (EventKind.INCIDENT_OPENED, incident.incident_id)
    assert event.payload["message"] == "Please send assistance: angry-looking customer at Desk"


def test_peak_end_and_continuation_change_the_same_incident(use_cases, camera, events):
    recorder = use_cases.recorder
    steps = [OPENED, decision(AlertChange.PEAKED, 3, 0.9), decision(AlertChange.ENDED, 5, 0.9)]
    recorder.record(camera, [*steps, decision(AlertChange.CONTINUED, 9, 0.9, track_id=5)], JPEG)
    recorder.flush()
    (incident,) = use_cases.incidents.open_incidents()
    assert (incident.peak_score, incident.ended_at, incident.track_id) == (0.9, None, 5)
    kinds = [event.kind.removeprefix("incident_") for event in events()]
    assert kinds == ["opened", "peaked", "ended", "continued"]


def test_the_picture_is_that_of_the_highest_score_so_far(use_cases, camera, events, tmp_path):
    recorder = use_cases.recorder
    recorder.record(camera, [OPENED], JPEG)
    recorder.record(camera, [decision(AlertChange.PEAKED, 3, 0.9)], JPEG + b"better")
    recorder.record(camera, [decision(AlertChange.SEEN, 4, 0.9), decision(AlertChange.ENDED, 5, 0.9)], JPEG + b"other")
    recorder.flush()
    (incident,) = use_cases.incidents.open_incidents()
    assert use_cases.incidents.snapshot(incident.incident_id) == JPEG + b"better"
    assert incident.snapshot_at == START + timedelta(seconds=3)
    assert events()[1].payload["snapshot_at"] == incident.snapshot_at.isoformat()
    assert len(list(tmp_path.rglob("*.jpg"))) == 1  # The one before is deleted.


def test_a_peak_without_a_picture_keeps_the_one_there_is_and_tells_nobody(use_cases, camera, events):
    use_cases.recorder.record(camera, [OPENED], JPEG)
    use_cases.recorder.record(camera, [decision(AlertChange.PEAKED, 3, 0.9)], None)
    use_cases.recorder.flush()
    (incident,) = use_cases.incidents.open_incidents()
    assert use_cases.incidents.snapshot(incident.incident_id) == JPEG
    assert (incident.peak_score, incident.snapshot_at, len(events())) == (0.9, OPENED.at, 1)


def test_where_the_face_is_is_kept_for_after_a_restart(use_cases, camera, unit_of_work, clock):
    seen_at, box_xyxy = START + timedelta(seconds=5), (10.0, 20.0, 60.0, 70.0)
    seen = replace(decision(AlertChange.SEEN, 5), seen_at=seen_at, box_xyxy=box_xyxy)
    use_cases.recorder.record(camera, [OPENED, seen], JPEG)
    use_cases.recorder.flush()
    restarted, policy = IncidentRecorder(unit_of_work, use_cases.recorder.snapshots, clock), AlertPolicy(AlertRule())
    (lost,) = restarted.resume(camera.camera_id, policy)
    assert (lost.last.at, lost.last.box_xyxy) == (seen_at, box_xyxy)
    assert lost.track_id == -use_cases.incidents.open_incidents()[0].incident_id


def test_whoever_left_before_a_restart_is_not_looked_for_in_those_who_stand_there_now(
    use_cases, camera, unit_of_work, clock
):
    box_xyxy = (10.0, 20.0, 60.0, 70.0)
    left = [OPENED, decision(AlertChange.ENDED, 4)]
    recorder = use_cases.recorder
    recorder.record(camera, [replace(one, seen_at=one.at, box_xyxy=box_xyxy) for one in left], JPEG)
    recorder.flush()
    use_cases.incidents.resolve(use_cases.incidents.open_incidents()[0].incident_id, "dana", "recovered")
    clock.advance(20)
    restarted, policy = IncidentRecorder(unit_of_work, recorder.snapshots, clock), AlertPolicy(AlertRule())
    assert restarted.resume(camera.camera_id, policy) == []
    other = PersonTrack(1, box_xyxy, clock.now(), clock.now(), smoothed=ANGRY, read_count=9)
    policy.observe([other], clock.now())
    (opened,) = policy.observe([other], clock.now() + timedelta(seconds=2))
    assert (opened.change, opened.again) == (AlertChange.OPENED, None)


def test_of_where_a_face_is_only_the_newest_waits_and_all_of_them_are_one_transaction(
    use_cases, camera, unit_of_work, clock
):
    opened = []

    def counted():
        opened.append(1)
        return unit_of_work()

    recorder = IncidentRecorder(counted, use_cases.recorder.snapshots, clock)
    for episode in (1, 2, 3):
        recorder.record(camera, [replace(OPENED, episode=episode)], None)
    recorder.flush()
    opened.clear()
    for second in range(3600):  # An hour without a database.
        for episode in (1, 2, 3):
            seen = replace(
                decision(AlertChange.SEEN, second, episode=episode), seen_at=START + timedelta(seconds=second)
            )
            recorder.record(camera, [seen], None)
    assert recorder.pending_count == 3
    recorder.flush()
    assert (len(opened), recorder.pending_count) == (1, 0)
    newest = START + timedelta(seconds=3599)
    assert {incident.seen_at for incident in use_cases.incidents.open_incidents()} == {newest}


def test_the_earlier_incident_is_named_also_when_the_database_was_away_meanwhile(use_cases, camera):
    recorder = use_cases.recorder
    recorder.record(camera, [OPENED], JPEG)
    recorder.flush()
    (first,) = use_cases.incidents.open_incidents()
    use_cases.incidents.resolve(first.incident_id, "dana", "recovered")
    recorder.record(camera, [replace(decision(AlertChange.OPENED, 60, episode=2), again=1)], JPEG)
    recorder.settle(camera, AlertPolicy(AlertRule()))  # It has forgotten both.
    recorder.flush()
    (second,) = use_cases.incidents.open_incidents()
    assert second.again.incident_id == first.incident_id


def test_staff_who_resolve_an_incident_end_its_episode_and_a_late_decision_does_not_open_it_again(
    use_cases, camera, clock, events, tmp_path
):
    policy, recorder = AlertPolicy(replace(AlertRule(), dwell_s=0)), use_cases.recorder
    angry = PersonTrack(1, (0, 0, 50, 50), START, START, smoothed=ANGRY, read_count=9)
    recorder.record(camera, policy.observe([angry], START), JPEG)
    recorder.flush()
    (incident,) = use_cases.incidents.open_incidents()
    use_cases.incidents.resolve(incident.incident_id, "dana", "recovered")
    recorder.record(camera, [replace(decision(AlertChange.PEAKED, 1, 0.99), episode=1)], JPEG)
    recorder.flush()
    recorder.settle(camera, policy)
    recorder.flush()
    assert policy.open_track_ids() == frozenset()
    recorder.record(camera, [replace(decision(AlertChange.CONTINUED, 2, 0.99), episode=1)], None)
    recorder.flush()
    assert len(list(tmp_path.rglob("*.jpg"))) == 1  # No picture was left of what came too late.
    stored = use_cases.incidents.get(incident.incident_id)
    assert (stored.state, stored.peak_score, stored.ended_at) == (IncidentState.RESOLVED, pytest.approx(0.9), START)
    assert [event.kind.removeprefix("incident_") for event in events()] == ["opened", "resolved", "ended"]


def test_an_incident_of_the_same_person_names_the_one_that_was_resolved(use_cases, camera, clock):
    recorder = use_cases.recorder
    recorder.record(camera, [OPENED], JPEG)
    recorder.flush()
    (first,) = use_cases.incidents.open_incidents()
    resolved = use_cases.incidents.resolve(first.incident_id, "dana", "recovered")
    recorder.record(camera, [replace(decision(AlertChange.OPENED, 60, episode=2), again=1)], JPEG)
    recorder.flush()
    (second,) = use_cases.incidents.open_incidents()
    assert second.again == EarlierIncident(first.incident_id, "dana", resolved.resolved_at)


def test_taking_note_of_what_is_resolved_forgets_what_no_decision_can_be_about(use_cases, camera):
    recorder = use_cases.recorder
    recorder.record(camera, [OPENED], JPEG)
    recorder.flush()
    recorder.settle(camera, AlertPolicy(AlertRule()))
    assert recorder.incident_id(camera.camera_id, 1) is None


def test_an_incident_its_event_and_its_picture_are_kept_together_or_not_at_all(
    use_cases, camera, events, unit_of_work, clock, tmp_path
):
    class EventsThatFail:
        def append(self, event):
            raise OSError("no room")

    def failing():
        work = unit_of_work()
        enter = type(work).__enter__

        class Work(type(work)):
            def __enter__(self):
                enter(self)
                self.events = EventsThatFail()
                return self

        work.__class__ = Work
        return work

    recorder = IncidentRecorder(failing, use_cases.recorder.snapshots, clock)
    recorder.record(camera, [OPENED], JPEG)
    for _ in range(3):
        with pytest.raises(OSError, match="no room"):
            recorder.flush()
    assert use_cases.incidents.open_incidents() == []
    assert list(tmp_path.rglob("*.jpg")) == []  # Nobody would ever find them.
    recorder.unit_of_work = unit_of_work
    recorder.flush()
    assert len(use_cases.incidents.open_incidents()) == len(events()) == 1
    assert recorder.pending_count == 0


def test_a_full_disk_for_pictures_does_not_swallow_the_alert(use_cases, camera, unit_of_work, clock):
    class FullDisk:
        def save(self, jpeg, at):
            raise OSError(28, "No space left on device")

        def read(self, name):
            return None

    recorder = IncidentRecorder(unit_of_work, FullDisk(), clock)
    recorder.record(camera, [OPENED], JPEG)
    recorder.flush()
    (incident,) = use_cases.incidents.open_incidents()
    assert not incident.has_snapshot
