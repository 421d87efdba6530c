"""Vision with cameras, frames and a clock that a test moves; the database and the frame slots are real."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from tests.fakes.vision import ANGRY, FakeEmotionClassifier, FakeFaceDetector
from tests.support.clocks import FakeClock
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.cameras import Camera, CameraState, StateReason
from webapp.domain.cameras.detectors import Detector
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.vision.analysis_schedule import AnalysisSchedule
from webapp.runtime.capture.capture_status import CaptureStatus
from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.processes.status_files import write_waiting
from webapp.runtime.slots.frame_slots import SlotWriter, prepare_slots_dir
from webapp.runtime.slots.live_slots import SlotLiveFrames, raw_slot_path, remove_pictures_of_others
from webapp.runtime.vision.alert_sink import AlertSink
from webapp.runtime.vision.analysis_loop import AnalysisLoop
from webapp.runtime.vision.camera_fleet import CameraFleet
from webapp.runtime.vision.camera_worker import CameraWorker
from webapp.runtime.vision.score_writer import ScoreWriter
from webapp.runtime.vision.search_thread import SearchThread
from webapp.runtime.vision.steady_time import SteadyTime
from webapp.runtime.vision.vision_process import VisionProcess
from webapp.services.analysis_configuration import AnalysisConfigurationService
from webapp.services.dashboard.live_frames import PictureUse
from webapp.services.insights.score_recorder import ScoreRecorder
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.vision.faces.detector import FaceDetector
from webapp.vision.faces.tracker import FaceTracker
from webapp.vision.pipeline.frame_pipeline import FramePipeline
from webapp.vision.pipeline.rendering import FrameRenderer

FACE = (200.0, 100.0, 300.0, 200.0)


class FakeCapture:
    """Stands in for `CaptureSupervisor`: sends a frame when the test says so.

    Attributes:
        status: what it reports.
        asked_fps: how many frames a second were asked for last.
        are_keys_enough: whether only key pictures are to be decoded.
        is_running: whether it was started and not stopped.
    """

    def __init__(self, slot: SlotWriter, image_settings: ImageSettings, steady: SteadyTime) -> None:
        self._slot, self._image_settings, self._steady = slot, image_settings, steady
        self.status = CaptureStatus(CameraState.ONLINE)
        self.is_running = False
        self.asked_fps = 0.0
        self.are_keys_enough = False

    def start(self) -> None:
        self.is_running = True

    def stop(self) -> None:
        self.is_running = False

    def join(self, timeout_s: float) -> None:
        pass

    def frame(self, image_settings: ImageSettings) -> None:
        self._image_settings = image_settings

    def ask_rate(self, fps: float) -> None:
        self.asked_fps = fps

    def expect_somebody(self, is_expected: bool) -> None:
        pass

    def ask_keys_alone(self, are_enough: bool) -> None:
        self.are_keys_enough = are_enough

    def send(self, facts: Mapping[str, Any] | None = None) -> None:
        """Send a frame that is captured now, with what else is known of it."""
        meta = {"height": 360, "width": 640, "at_monotonic_s": self._steady.monotonic_s()}
        self._slot.write(
            meta | {"image_settings": self._image_settings.fingerprint, **(facts or {})}, bytes(360 * 640 * 3)
        )


@dataclass
class VisionInHand:
    """The vision process, ticked by the test; on every frame is one angry face, unless `seer` says otherwise."""

    settings: Settings
    use_cases: UseCases
    unit_of_work: UnitOfWorkFactory
    clock: FakeClock
    captures: dict[int, FakeCapture] = field(default_factory=dict)
    now_s: float = 1.0
    most_fps: float = 5.0
    seer: Any = None
    has_model: bool = True
    detectors: dict[Detector | None, FaceDetector] = field(default_factory=dict)
    searches: SearchThread | None = None
    _slots: dict[int, SlotWriter] = field(default_factory=dict)

    def __post_init__(self) -> None:
        prepare_slots_dir(self.settings.slots_dir)
        self.steady = SteadyTime(self.clock, lambda: self.now_s)
        self.classifier = FakeEmotionClassifier(ANGRY)
        self.live = SlotLiveFrames(self.settings.slots_dir, lambda: self.now_s)
        recorder = self.use_cases.recorder
        self.alerts = AlertSink(recorder)
        self.scores = ScoreWriter(ScoreRecorder(recorder.incident_id), self.unit_of_work, keeps_faces=True)
        self.fleet = CameraFleet(
            configuration=AnalysisConfigurationService(self.unit_of_work, AlertRule(dwell_s=1.5)),
            cameras=self.use_cases.cameras,
            alerts=self.alerts,
            scores=self.scores,
            clock=self.clock,
            open_camera=self._open_camera,
            monotonic_s=lambda: self.now_s,
            forget_others=partial(remove_pictures_of_others, self.settings.slots_dir),
            is_analysing=self.has_model,
        )
        pipeline = FramePipeline(self.seer or FakeFaceDetector([FACE]), self.seer or self.classifier)
        analysis = AnalysisLoop(self.fleet, pipeline if self.has_model else None, self.alerts, self.scores)
        if self.searches:
            analysis = replace(analysis, schedule=AnalysisSchedule.with_scans_apart(), searches=self.searches)
        heartbeat = Heartbeat(self.settings.slots_dir, "vision")
        on_waiting = partial(write_waiting, self.settings.slots_dir)
        self.vision = VisionProcess(self.fleet, analysis, self.alerts, self.scores, heartbeat, on_waiting)

    def _open_camera(self, camera: Camera, rule: AlertRule) -> CameraWorker:
        slots_dir = self.settings.slots_dir
        # One writer for all captures of a camera: a reader notices only after a while that a slot was replaced.
        slot = self._slots.setdefault(camera.camera_id, SlotWriter(raw_slot_path(slots_dir, camera.camera_id)))
        capture = self.captures[camera.camera_id] = FakeCapture(slot, camera.image_settings, self.steady)
        return CameraWorker(
            camera,
            rule,
            FaceTracker(),
            capture,
            FrameRenderer(),
            slots_dir,
            most_fps=self.most_fps,
            steady=self.steady,
            detector_of=self.detectors.get,
            searcher_of=self.detectors.get,
        )

    def pass_time(self, seconds: float, *, step_s: float = 0.5) -> None:
        """Let time pass, with a frame of each camera at every step."""
        for _ in range(round(seconds / step_s)):
            self.let_pass(step_s)
            for capture in self.captures.values():
                if capture.is_running:
                    capture.send()
            for _ in range(max(len(self.captures), 1)):  # It is as fast as it has to be: a turn takes no time here.
                self.vision.tick(self.now_s)

    def let_pass(self, seconds: float) -> None:
        """Let time pass in which nothing is done."""
        self.clock.advance(seconds)
        self.now_s += seconds

    def go_away(self, camera_id: int, reason: StateReason) -> None:
        """Have a camera send nothing more."""
        self.captures[camera_id].stop()
        self.captures[camera_id].status = CaptureStatus(CameraState.OFFLINE, reason)

    def come_back(self, camera_id: int) -> None:
        """Have a camera send again."""
        self.captures[camera_id].start()
        self.captures[camera_id].status = CaptureStatus(CameraState.ONLINE)

    def picture_sequences(self, *camera_ids: int) -> list[int]:
        """Look at the live views of some cameras and return the numbers of their pictures; 0 for none yet."""
        return [self.live.picture_sequence(camera_id, PictureUse.STREAM) for camera_id in camera_ids]

    @property
    def read_count(self) -> int:
        """How many faces were read."""
        return sum(self.classifier.batch_sizes)
