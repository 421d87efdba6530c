"""The vision process: takes up cameras from the database, reads faces, records alerts, publishes pictures."""

import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType
from zoneinfo import ZoneInfo

import structlog

from webapp.domain.alert_decisions import AlertChange
from webapp.domain.alert_rules import AlertRule
from webapp.domain.alerting import AlertPolicy
from webapp.domain.cameras import Camera, CameraState, StateReason
from webapp.domain.frames import Frame
from webapp.runtime.captures import CaptureKeeper
from webapp.runtime.frame_slots import SlotReader
from webapp.runtime.heartbeat import Heartbeat, ParentWatch
from webapp.runtime.live_slots import LivePublisher, raw_slot_path, sent_slot_path
from webapp.runtime.score_writer import ScoreWriter
from webapp.runtime.snapshots import SnapshotTaker
from webapp.runtime.watching import WatchedCamera, analyse_all
from webapp.services.analysis_configuration import AnalysisConfiguration, AnalysisConfigurationService
from webapp.services.cameras import CameraService
from webapp.services.clock import SystemClock
from webapp.services.monitoring import IncidentRecorder
from webapp.settings import Settings
from webapp.vision.pipeline import AnalysedFrame, CameraWatch, FramePipeline
from webapp.vision.tracker import FaceTracker

log = structlog.get_logger()

_SYNC_S = 0.5
_RETRY_S = 1.0
_SEEN_S = 1.0
_IDLE_S = 0.004

_Reported = tuple[CameraState, StateReason | None, datetime | None]


@dataclass
class VisionProcess:
    """All cameras of this machine, in one loop.

    Attributes:
        settings: the settings.
        cameras: where a camera's address is known and its state is reported.
        configuration: which cameras are watched, by which rules, in which time zone.
        recorder: where incidents go.
        scores: where goes what faces look like over time.
        pipeline: finds and reads the faces.
        heartbeat: the sign of life.
    """

    settings: Settings
    cameras: CameraService
    configuration: AnalysisConfigurationService
    recorder: IncidentRecorder
    scores: ScoreWriter
    pipeline: FramePipeline
    heartbeat: Heartbeat
    _configured: AnalysisConfiguration | None = None
    _watched: dict[int, WatchedCamera] = field(default_factory=dict)
    _reported: dict[int, _Reported] = field(default_factory=dict)
    _next_sync_s: float = 0.0
    _next_flush_s: float = 0.0
    _sync_failure: str = ""
    _stopping: bool = False

    def __post_init__(self) -> None:
        """Load what makes faces unrecognisable."""
        self._snapshots = SnapshotTaker(self.recorder)

    def run(self) -> None:
        """Work until SIGTERM, SIGINT or the supervisor's end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        parent = ParentWatch()
        self.scores.start()
        try:
            while not self._stopping and not parent.is_orphaned():
                self.tick(time.monotonic())
        finally:
            self._close_all()

    def tick(self, now_s: float) -> None:
        """Do what is due: configuration and states twice a second, frames as they come."""
        if now_s >= self._next_sync_s:
            self._next_sync_s = now_s + _SYNC_S
            self.heartbeat.beat()
            self._sync()
        if not self._look(now_s):
            time.sleep(_IDLE_S)
        self._flush(now_s)

    def _look(self, now_s: float) -> bool:
        """Analyse the newest frame of every camera whose turn it is, all faces in one batch."""
        frames = [frame for watched in self._watched.values() if (frame := watched.next_frame(now_s))]
        if not frames:
            return False
        closed = [frame for frame in frames if not self._watched[frame.camera_id].schedule.is_open]
        for frame in closed:
            self._handle(AnalysedFrame.without_a_look(frame, self._watched[frame.camera_id].watch), 0.0)
        self._analyse([frame for frame in frames if self._watched[frame.camera_id].schedule.is_open])
        return True

    def _analyse(self, frames: Sequence[Frame]) -> None:
        watches = {camera_id: watched.watch for camera_id, watched in self._watched.items()}
        began_s = time.perf_counter()
        analysed_frames = analyse_all(self.pipeline, frames, watches)
        vision_ms = (time.perf_counter() - began_s) * 1000
        for analysed in analysed_frames:
            self._handle(analysed, vision_ms)

    def _handle(self, analysed: AnalysedFrame, vision_ms: float) -> None:
        watched = self._watched[analysed.frame.camera_id]
        try:
            watched.publish(analysed, vision_ms)
        except OSError as error:
            # The alert matters more than the picture.
            log.error("picture_not_published", camera_id=watched.camera.camera_id, error=error.strerror)
        if analysed.decisions:
            self._snapshots.record(watched, analysed)
            if any(decision.change is not AlertChange.SEEN for decision in analysed.decisions):
                self._next_flush_s = 0.0
        self._note_scores(watched, analysed)

    def _note_scores(self, watched: WatchedCamera, analysed: AnalysedFrame) -> None:
        camera_id, at = watched.camera.camera_id, analysed.frame.captured_at
        self.scores.recorder.observe(camera_id, watched.rule, analysed.living, analysed.decisions, at)
        self.scores.hand_over()

    def _flush(self, now_s: float) -> None:
        if not self.recorder.pending_count or now_s < self._next_flush_s:
            return
        try:
            self.recorder.flush()
        except Exception as error:  # noqa: BLE001 - process boundary: the incident waits in memory and is tried again.
            self._next_flush_s = now_s + _RETRY_S
            log.error("incident_not_stored", error=type(error).__name__, waiting=self.recorder.pending_count)
        else:  # Where faces are can wait: that of all cameras is one transaction a second.
            self._next_flush_s = now_s + _SEEN_S

    def _sync(self) -> None:
        try:
            self._configured = self.configuration.current(self._configured)
            self._take_up(self._configured)
            self._report_states()
        except Exception as error:  # noqa: BLE001 - process boundary: the cameras go on as they are.
            self._note_sync_failure(type(error).__name__, error)
        else:
            self._note_sync_failure("", None)

    def _note_sync_failure(self, failure: str, error: Exception | None) -> None:
        """Log a failure when it begins and when it is over, not twice a second."""
        if failure == self._sync_failure:
            return
        self._sync_failure = failure
        if failure:
            log.error("configuration_not_read", error=failure, exc_info=error)
        else:
            log.info("configuration_read_again")

    def _take_up(self, configured: AnalysisConfiguration) -> None:
        wanted = {camera.camera_id: camera for camera in configured.cameras if camera.enabled}
        for camera_id in list(self._watched):
            camera = wanted.get(camera_id)
            if camera is None or camera.revision != self._watched[camera_id].camera.revision:
                self._unwatch(camera_id, is_gone=camera is None)
        for camera_id, camera in wanted.items():
            if camera_id not in self._watched:
                self._watched[camera_id] = self._watch(camera, configured.rules[camera_id])
            self._apply_rule(self._watched[camera_id], configured.rules[camera_id])
            self.recorder.settle(camera, self._watched[camera_id].watch.policy)
            self._watched[camera_id].take_up(camera)
            self._keep_hours(self._watched[camera_id], configured.zone)

    def _watch(self, camera: Camera, rule: AlertRule) -> WatchedCamera:
        policy, tracker = AlertPolicy(rule), FaceTracker(self.settings)
        tracker.remember(self.recorder.resume(camera.camera_id, policy))
        keeper = CaptureKeeper(camera, lambda: self.cameras.address_of(camera.camera_id), self.settings)
        slots_dir = self.settings.slots_dir
        watched = WatchedCamera(
            camera=camera,
            rule=rule,
            watch=CameraWatch(camera.camera_id, tracker, policy),
            keeper=keeper,
            raw=SlotReader(raw_slot_path(slots_dir, camera.camera_id)),
            publisher=LivePublisher(slots_dir, camera.camera_id),
            settings=self.settings,
        )
        keeper.start()
        log.info("camera_watched", camera_id=camera.camera_id, camera=camera.name)
        return watched

    def _unwatch(self, camera_id: int, *, is_gone: bool) -> None:
        watched = self._watched.pop(camera_id)
        if is_gone:  # Of a camera that was only changed the recorder takes the open incidents up again.
            self._end_episodes(watched)
        self._leave_scores(camera_id)
        watched.close(remove_picture=is_gone)
        self._reported.pop(camera_id, None)
        if is_gone:
            for path_of in (raw_slot_path, sent_slot_path):
                path_of(self.settings.slots_dir, camera_id).unlink(missing_ok=True)
        log.info("camera_left", camera_id=camera_id)

    def _leave_scores(self, camera_id: int) -> None:
        self.scores.recorder.leave(camera_id)
        self.scores.hand_over()

    def _keep_hours(self, watched: WatchedCamera, zone: ZoneInfo) -> None:
        """Begin or stop analysing when the hour has come."""
        was_open = watched.schedule.is_open
        watched.schedule = watched.camera.opening.state(SystemClock().now(), zone)
        if was_open and not watched.schedule.is_open:
            self._end_episodes(watched)
            self._leave_scores(watched.camera.camera_id)
            watched.watch.forget_faces()

    def _apply_rule(self, watched: WatchedCamera, rule: AlertRule) -> None:
        if rule != watched.rule:
            watched.rule = watched.watch.policy.rule = rule

    def _report_states(self) -> None:
        for camera_id, watched in self._watched.items():
            state = _state_of(watched)
            if self._reported.get(camera_id) == state:
                continue
            if state[0] is CameraState.OFFLINE:
                self._end_episodes(watched)
            self.cameras.report_state(camera_id, *state)
            self._reported[camera_id] = state

    def _end_episodes(self, watched: WatchedCamera) -> None:
        decisions = watched.watch.policy.end_all(SystemClock().now())
        if decisions:
            self.recorder.record(watched.camera, decisions, None)

    def _close_all(self) -> None:
        for camera_id in self._watched:
            self._leave_scores(camera_id)
        self.scores.stop(2.0)
        for watched in self._watched.values():
            watched.close(remove_picture=False)
        for watched in self._watched.values():
            watched.keeper.join(2.0)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._stopping = True


def _state_of(watched: WatchedCamera) -> _Reported:
    """Return what is told of a camera: its state, why, and when a closed one opens."""
    status, schedule = watched.keeper.status, watched.schedule
    if status.state is CameraState.ONLINE and not schedule.is_open:
        return CameraState.CLOSED, None, schedule.opens_at
    return status.state, status.reason, None
