"""A camera is another machine's now: of what waits to be stored only what the other one cannot have seen is kept."""

from datetime import timedelta

import pytest

from tests.support.clocks import START
from tests.unit.services.alerts.alert_decisions import OPENED, decision
from webapp.domain.alerts.decisions import AlertChange
from webapp.services.alerts.incident_recorder import IncidentRecorder


@pytest.fixture
def other(use_cases, unit_of_work, clock):
    """The recorder of the other machine."""
    return IncidentRecorder(unit_of_work, use_cases.recorder.snapshots, clock)


def incidents(use_cases):
    return [(one.opened_at, one.ended_at) for one in use_cases.incidents.open_incidents()]


def at(seconds: float):
    return START + timedelta(seconds=seconds)


def test_an_alert_that_was_over_before_the_other_began_is_stored(use_cases, camera):
    ended = decision(AlertChange.ENDED, 5)
    use_cases.recorder.record(camera, [OPENED, ended], None)
    use_cases.recorder.lose(camera.camera_id, at(8))
    use_cases.recorder.flush()
    assert incidents(use_cases) == [(OPENED.at, ended.at)]


def test_one_that_went_on_is_left_to_the_other_machine_where_that_raises_it(use_cases, camera, other, clock):
    use_cases.recorder.record(camera, [OPENED, decision(AlertChange.PEAKED, 3)], None)
    use_cases.recorder.lose(camera.camera_id, at(4))
    use_cases.recorder.flush()
    assert incidents(use_cases) == []
    theirs = decision(AlertChange.OPENED, 7)
    other.record(camera, [theirs], None)
    other.flush()
    clock.advance(20)
    use_cases.recorder.flush()
    assert incidents(use_cases) == [(theirs.at, None)]
    assert use_cases.recorder.pending_count == 0


def test_one_that_the_other_machine_never_saw_is_stored_when_that_has_had_its_time(use_cases, camera, clock):
    use_cases.recorder.record(camera, [OPENED], None)
    use_cases.recorder.lose(camera.camera_id, at(4))
    use_cases.recorder.flush()
    assert use_cases.recorder.pending_count == 1
    clock.advance(20)
    use_cases.recorder.flush()
    assert incidents(use_cases) == [(OPENED.at, at(4))]


def test_one_whose_storing_was_never_answered_is_stored_once(use_cases, camera, other, clock):
    other.record(camera, [OPENED], None)
    other.flush()
    use_cases.recorder.record(camera, [OPENED, decision(AlertChange.ENDED, 5)], None)
    use_cases.recorder.lose(camera.camera_id, at(8))
    use_cases.recorder.flush()
    assert len(incidents(use_cases)) == 1


def test_what_was_decided_after_the_other_began_is_the_others(use_cases, camera, clock):
    use_cases.recorder.record(camera, [decision(AlertChange.OPENED, 9)], None)
    use_cases.recorder.lose(camera.camera_id, at(4))
    clock.advance(60)
    use_cases.recorder.flush()
    assert (incidents(use_cases), use_cases.recorder.pending_count) == ([], 0)


def test_what_became_of_a_stored_alert_is_said_by_the_other_alone(use_cases, camera):
    recorder = use_cases.recorder
    recorder.record(camera, [OPENED], None)
    recorder.flush()
    recorder.record(camera, [decision(AlertChange.ENDED, 5), decision(AlertChange.SEEN, 6)], None)
    recorder.lose(camera.camera_id, at(8))
    recorder.flush()
    assert incidents(use_cases) == [(OPENED.at, None)]
    assert not recorder.is_waiting(camera.camera_id)


def test_other_cameras_are_not_touched(use_cases, camera):
    use_cases.recorder.record(camera, [OPENED], None)
    use_cases.recorder.lose(camera.camera_id + 1, at(0))
    use_cases.recorder.flush()
    assert len(incidents(use_cases)) == 1
