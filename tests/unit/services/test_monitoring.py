from datetime import timedelta

import pytest

from tests.clocks import START
from webapp.domain.alerting import AlertChange, AlertDecision, AlertPolicy, AlertRule
from webapp.domain.emotions import Emotion
from webapp.domain.events import EventKind
from webapp.services.cameras import CameraForm
from webapp.services.incidents import IncidentService
from webapp.services.monitoring import IncidentRecorder
from webapp.services.ports import IncidentFilter

JPEG = b"\xff\xd8 a picture \xff\xd9"


def decision(change: AlertChange, seconds: float, peak: float = 0.6, episode: int = 1, track_id: int = 4):
    at = START + timedelta(seconds=seconds)
    return AlertDecision(change, episode, track_id, Emotion.ANGRY, at, START, peak, peak)


OPENED = decision(AlertChange.OPENED, 2)


@pytest.fixture
def camera(use_cases):
    return use_cases.cameras.add(CameraForm("Desk", "demo:"))


@pytest.fixture
def events(unit_of_work):
    def read():
        with unit_of_work() as work:
            return [e for e in work.events.after(0, limit=100) if e.kind.value.startswith("incident_")]

    return read


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
    kinds = [event.kind for event in events()]
    assert kinds == [EventKind.INCIDENT_OPENED, EventKind.INCIDENT_ENDED, EventKind.INCIDENT_CONTINUED]


def test_an_incident_and_its_event_are_kept_together_or_not_at_all(use_cases, camera, events, unit_of_work, clock):
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
    with pytest.raises(OSError, match="no room"):
        recorder.flush()
    assert use_cases.incidents.open_incidents() == []
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
    with pytest.raises(InputInvalid, match="Expected an outcome"):
        incidents.resolve(incident_id, "bob", "won")
    incidents.resolve(incident_id, "bob", "recovered", " offered a new room ")
    assert incidents.open_incidents() == []
    assert incidents.get(incident_id).note == "offered a new room"
    assert [event.actor for event in incidents.timeline(incident_id)] == [None, "alice", "bob"]
