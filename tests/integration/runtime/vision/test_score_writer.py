"""Scores on their way into the database: a full disk loses no alert, and stops no frame."""

import time
from datetime import timedelta

import pytest

from tests.fakes.vision import scores_of
from tests.support.clocks import START
from webapp.domain.insights.scores import IncidentScores, ScoreMoment, TrackMoment, TrackScores
from webapp.runtime.vision.score_writer import ScoreWriter
from webapp.services.cameras.camera_settings import CameraForm


class FakeRecorder:
    def __init__(self):
        self.finished = []

    def take(self):
        taken, self.finished = self.finished, []
        return taken


class Disk:
    """Opens transactions while there is room."""

    def __init__(self, unit_of_work):
        self.unit_of_work, self.is_full = unit_of_work, False

    def __call__(self):
        if self.is_full:
            raise OSError(28, "No space left on device")
        return self.unit_of_work()


@pytest.fixture
def disk(unit_of_work):
    return Disk(unit_of_work)


@pytest.fixture
def camera_id(use_cases):
    return use_cases.cameras.add(CameraForm("Desk", "demo:")).camera_id


def stretch(camera_id, begin=START):
    return TrackScores(camera_id, 1, (TrackMoment(begin, scores_of(angry=0.4)),))


def stored(unit_of_work, camera_id):
    with unit_of_work() as work:
        return work.scores.tracks(
            camera_id, START - timedelta(days=99), START + timedelta(days=1), limit=9999, offset=0
        )


def test_what_a_full_disk_refuses_waits_up_to_a_limit(disk, clock, camera_id, unit_of_work):
    writer = ScoreWriter(FakeRecorder(), disk, keeps_faces=True)
    disk.is_full = True
    for number in range(2_500):
        writer.recorder.finished.append(stretch(camera_id, START + timedelta(seconds=number)))
        writer.hand_over()
    writer.write()
    disk.is_full = False
    writer.write()
    kept = stored(unit_of_work, camera_id)
    assert len(kept) == 2_000
    assert kept[-1].moments[0].at == START + timedelta(seconds=2_499)


@pytest.mark.alone
def test_handing_over_takes_no_time_while_the_database_is_locked(unit_of_work, clock, camera_id):
    writer = ScoreWriter(FakeRecorder(), unit_of_work, keeps_faces=True)
    with unit_of_work() as work:
        work.events.last_id()  # Holds the write lock.
        writer.start()
        began_s = time.perf_counter()
        for number in range(100):
            writer.recorder.finished.append(stretch(camera_id, START + timedelta(seconds=number)))
            writer.hand_over()
        assert time.perf_counter() - began_s < 0.2
    writer.stop(10)
    assert len(stored(unit_of_work, camera_id)) == 100


def test_with_no_days_only_the_scores_of_incidents_are_kept(unit_of_work, use_cases, clock, camera_id):
    from tests.unit.services.alerts.alert_decisions import OPENED

    use_cases.recorder.record(use_cases.cameras.get(camera_id), [OPENED], None)
    use_cases.recorder.flush()
    writer = ScoreWriter(FakeRecorder(), unit_of_work, keeps_faces=False)
    writer.recorder.finished = [stretch(camera_id), IncidentScores(1, (ScoreMoment(START, 0.7),))]
    writer.hand_over()
    writer.write()
    assert stored(unit_of_work, camera_id) == []
    with unit_of_work() as work:
        assert len(work.scores.of_incident(1)) == 1
