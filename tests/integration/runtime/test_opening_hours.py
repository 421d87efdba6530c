"""Outside its opening hours a camera is shown and not analysed; vision itself, ticked by the test."""

import time
from datetime import UTC, datetime

import pytest

from tests.fakes import ANGRY, FakeEmotionClassifier
from webapp.domain.alert_rules import AlertRule
from webapp.domain.cameras import CameraState
from webapp.domain.opening import ALWAYS, OpeningHours, parse_day
from webapp.runtime.frame_slots import prepare_slots_dir
from webapp.runtime.heartbeat import Heartbeat
from webapp.runtime.live_slots import SlotLiveFrames
from webapp.runtime.score_writer import ScoreWriter
from webapp.runtime.vision_process import VisionProcess
from webapp.services.analysis_configuration import AnalysisConfigurationService
from webapp.services.cameras import CameraForm, CameraLooks
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.scores import ScoreRecorder
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.vision.detector import HaarFaceDetector
from webapp.vision.pipeline import FramePipeline

pytestmark = pytest.mark.slow


def test_a_closed_camera_is_shown_and_not_analysed_until_it_opens(
    settings: Settings, use_cases: UseCases, unit_of_work: UnitOfWorkFactory
) -> None:
    prepare_slots_dir(settings.slots_dir)
    patient = settings.model_copy(update={"camera_stall_timeout_s": 60.0})
    classifier, cameras = FakeEmotionClassifier(ANGRY), use_cases.cameras
    vision = VisionProcess(
        settings=patient,
        cameras=cameras,
        configuration=AnalysisConfigurationService(unit_of_work, AlertRule(dwell_s=0.0)),
        recorder=use_cases.recorder,
        scores=ScoreWriter(ScoreRecorder(use_cases.recorder.incident_id), unit_of_work, keeps_faces=True),
        pipeline=FramePipeline(HaarFaceDetector(patient), classifier, patient),
        heartbeat=Heartbeat(settings.slots_dir, "vision"),
    )
    live = SlotLiveFrames(settings.slots_dir)
    another_day = (datetime.now(UTC).weekday() + 3) % 7
    hours = OpeningHours(parse_day(another_day, "10:00-10:30"))
    camera_id = cameras.add(CameraForm("Bar", "demo:"), looks=CameraLooks(opening=hours)).camera_id

    def tick_until(condition, what: str) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, what
            vision.tick(time.monotonic())

    try:
        tick_until(lambda: cameras.get(camera_id).state is CameraState.CLOSED, "its picture comes, and it is closed")
        first = live.sequence(camera_id)
        tick_until(lambda: live.sequence(camera_id) > first + 10, "its picture is shown")
        opens_at = cameras.get(camera_id).opens_at
        assert opens_at is not None
        assert (opens_at.weekday(), f"{opens_at:%H:%M}") == (another_day, "10:00")
        assert classifier.batch_sizes == []
        cameras.change_looks(camera_id, CameraLooks(opening=ALWAYS))
        tick_until(lambda: use_cases.incidents.open_incidents(), "it is analysed again, and alerts")
        tick_until(lambda: cameras.get(camera_id).state is CameraState.ONLINE, "it is closed no more")
        assert cameras.get(camera_id).opens_at is None
        cameras.change_looks(camera_id, CameraLooks(opening=hours))
        tick_until(lambda: use_cases.incidents.open_incidents()[0].ended_at, "the open alert ends with the hours")
        read = sum(classifier.batch_sizes)
        closed_at = live.sequence(camera_id)
        tick_until(lambda: live.sequence(camera_id) > closed_at + 10, "its picture is shown on")
        assert sum(classifier.batch_sizes) == read
        assert live.newest(camera_id).faces == ()  # type: ignore[union-attr]
    finally:
        vision._close_all()
