"""Vision with cameras, frames and a clock that a test moves; the database and the frame slots are real."""

from dataclasses import dataclass, field

from tests.clocks import FakeClock
from tests.fakes import ANGRY, FakeEmotionClassifier, FakeFaceDetector
from webapp.domain.alert_rules import AlertRule
from webapp.domain.cameras import Camera, CameraState
from webapp.domain.framing import Framing
from webapp.runtime.alert_sink import AlertSink
from webapp.runtime.analysis_loop import AnalysisLoop
from webapp.runtime.camera_fleet import CameraFleet
from webapp.runtime.captures import CaptureStatus
from webapp.runtime.frame_slots import SlotWriter, prepare_slots_dir
from webapp.runtime.heartbeat import Heartbeat
from webapp.runtime.live_slots import SlotLiveFrames, raw_slot_path
from webapp.runtime.score_writer import ScoreWriter
from webapp.runtime.vision_process import VisionProcess
from webapp.runtime.watching import WatchedCamera
from webapp.services.analysis_configuration import AnalysisConfigurationService
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.scores import ScoreRecorder
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.vision.pipeline import FramePipeline
from webapp.vision.rendering import FrameRenderer
from webapp.vision.tracker import FaceTracker

FACE = (200.0, 100.0, 300.0, 200.0)


class FakeCapture:
    """Stands in for `CaptureKeeper`: sends a frame when the test says so.

    Attributes:
        status: what it reports.
        is_running: whether it was started and not stopped.
    """

    def __init__(self, slot: SlotWriter, framing: Framing, clock: FakeClock) -> None:
        self._slot, self._framing, self._clock = slot, framing, clock
        self.status = CaptureStatus(CameraState.ONLINE)
        self.is_running = False

    def start(self) -> None:
        self.is_running = True

    def stop(self) -> None:
        self.is_running = False

    def join(self, timeout_s: float) -> None:
        pass

    def frame(self, framing: Framing) -> None:
        self._framing = framing

    def send(self) -> None:
        """Send a frame that is captured now."""
        meta = {"height": 360, "width": 640, "at": self._clock.now().isoformat()}
        self._slot.write(meta | {"framing": self._framing.fingerprint}, bytes(360 * 640 * 3))


@dataclass
class VisionInHand:
    """The vision process, ticked by the test; on every frame is one angry face."""

    settings: Settings
    use_cases: UseCases
    unit_of_work: UnitOfWorkFactory
    clock: FakeClock
    captures: dict[int, FakeCapture] = field(default_factory=dict)
    now_s: float = 1.0
    _slots: dict[int, SlotWriter] = field(default_factory=dict)

    def __post_init__(self) -> None:
        prepare_slots_dir(self.settings.slots_dir)
        self.classifier = FakeEmotionClassifier(ANGRY)
        self.live = SlotLiveFrames(self.settings.slots_dir)
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
        )
        pipeline = FramePipeline(FakeFaceDetector([FACE]), self.classifier)
        analysis = AnalysisLoop(self.fleet, pipeline, self.alerts, self.scores)
        heartbeat = Heartbeat(self.settings.slots_dir, "vision")
        self.vision = VisionProcess(self.fleet, analysis, self.alerts, self.scores, heartbeat)

    def _open_camera(self, camera: Camera, rule: AlertRule) -> WatchedCamera:
        slots_dir = self.settings.slots_dir
        # One writer for all captures of a camera: a reader notices only after a while that a slot was replaced.
        slot = self._slots.setdefault(camera.camera_id, SlotWriter(raw_slot_path(slots_dir, camera.camera_id)))
        capture = self.captures[camera.camera_id] = FakeCapture(slot, camera.framing, self.clock)
        return WatchedCamera(camera, rule, FaceTracker(), capture, FrameRenderer(), slots_dir, most_fps=5.0)

    def pass_time(self, seconds: float, *, step_s: float = 0.5) -> None:
        """Let time pass, with a frame of each camera at every step."""
        for _ in range(round(seconds / step_s)):
            self.clock.advance(step_s)
            self.now_s += step_s
            for capture in self.captures.values():
                if capture.is_running:
                    capture.send()
            self.vision.tick(self.now_s)

    @property
    def read_count(self) -> int:
        """How many faces were read."""
        return sum(self.classifier.batch_sizes)
