"""The cameras of this machine: which are watched, as what they are configured, and in which state they are."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

import structlog

from webapp.domain.alerts.rules import AlertRule
from webapp.domain.cameras.cameras import Camera, CameraKind, CameraState
from webapp.domain.cameras.kiosks import NOT_PAIRED
from webapp.domain.cameras.steadiness import CameraNotice, CameraReport, Steadiness
from webapp.domain.site.analysis_gate import SHUT_GATE
from webapp.runtime.vision.alert_sink import AlertSink
from webapp.runtime.vision.camera_worker import CameraWorker
from webapp.runtime.vision.score_writer import ScoreWriter
from webapp.services.analysis_configuration import AnalysisConfiguration, AnalysisSource
from webapp.services.cameras.cameras import CameraService
from webapp.services.ports import Clock
from webapp.services.site.gate_words import awaiting_reason

log = structlog.get_logger()


@dataclass
class CameraFleet:
    """Watches what is configured to be watched, and reports each camera's state.

    Attributes:
        configuration: which cameras are watched, by which rules, in which time zone.
        cameras: where their state is reported.
        alerts: where their alerts end.
        scores: where goes what their faces look like over time.
        clock: the time of day.
        open_camera: puts together what one camera needs; starts nothing.
        is_analysing: whether faces are searched for; where not, what alerts were open ends.
        monotonic_s: seconds on a clock that never goes back.
        forget_others: given the ids of the cameras that are watched, takes away what is left of others.
    """

    configuration: AnalysisSource
    cameras: CameraService
    alerts: AlertSink
    scores: ScoreWriter
    clock: Clock
    open_camera: Callable[[Camera, AlertRule], CameraWorker]
    forget_others: Callable[[Collection[int]], None]
    is_analysing: bool = True
    monotonic_s: Callable[[], float] = time.monotonic
    _configured: AnalysisConfiguration | None = field(default=None, init=False)
    _watched: dict[int, CameraWorker] = field(default_factory=dict, init=False)
    _steadiness: dict[int, Steadiness] = field(default_factory=dict, init=False)
    _notices: dict[int, CameraNotice] = field(default_factory=dict, init=False)
    _failure: str = field(default="", init=False)

    @property
    def watched(self) -> Mapping[int, CameraWorker]:
        """The watched cameras, by id."""
        return MappingProxyType(self._watched)

    def sync(self) -> None:
        """Take up what was changed and what the time of day brings, and report states; a failure is logged."""
        try:
            if self._configured:  # What the time of day ends does not wait for a database that is away.
                self._keep_hours(self._configured)
            known, self._configured = self._configured, self.configuration.current(self._configured)
            self._leave_others(self._configured)
            # Before anything is stored of what is new: as long as a lost camera is claimed, nothing can be.
            self.configuration.settle(self._watched.keys(), self.alerts.is_stored)
            self._take_up(self._configured)
            if self._configured is not known:
                self.forget_others(self._watched.keys())
            self._report_states()
        except Exception as error:  # noqa: BLE001 - process boundary: the cameras go on as they are.
            self._note_failure(type(error).__name__, error)
        else:
            self._note_failure("", None)

    def show(self, now_s: float) -> None:
        """Draw what somebody looks at; a camera whose picture cannot be drawn stops none of the others."""
        for camera_id, watched in self._watched.items():
            try:
                watched.show(now_s)
            except Exception as error:  # noqa: BLE001 - a camera's boundary; with the next frame it is tried again.
                words = getattr(error, "strerror", None) or type(error).__name__
                log.error("picture_not_published", camera_id=camera_id, error=words)

    def stop(self) -> None:
        """Stop watching; the pictures stay for the process that comes after this one."""
        for camera_id, watched in self._watched.items():
            self.scores.leave(camera_id)
            watched.close(is_gone=False)

    def join(self, timeout_s: float) -> None:
        """Wait for the end of each capture process."""
        for watched in self._watched.values():
            watched.capture.join(timeout_s)

    def _note_failure(self, failure: str, error: Exception | None) -> None:
        """Log a failure when it begins and when it is over, not twice a second."""
        if failure == self._failure:
            return
        self._failure = failure
        if failure:
            log.error("configuration_not_read", error=failure, exc_info=error)
        else:
            log.info("configuration_read_again")

    def _leave_others(self, configured: AnalysisConfiguration) -> None:
        wanted = _wanted(configured)
        for camera_id, watched in list(self._watched.items()):
            camera = wanted.get(camera_id)
            if taken_at := configured.elsewhere.get(camera_id):
                self._lose(camera_id, taken_at)
            elif camera_id in configured.elsewhere:
                self.alerts.finish(watched)
                self._leave(camera_id, is_gone=False)
            elif camera is None or _is_called_otherwise(camera, watched.camera):
                self._leave(camera_id, is_gone=camera is None)

    def _take_up(self, configured: AnalysisConfiguration) -> None:
        for camera_id, camera in _wanted(configured).items():
            rule = configured.rules[camera_id]
            watched = self._watched.get(camera_id) or self._watch(camera, rule, configured)
            watched.take_up(camera, rule)
            self.alerts.settle(watched)
        self._keep_hours(configured)

    def _watch(self, camera: Camera, rule: AlertRule, configured: AnalysisConfiguration) -> CameraWorker:
        watched = self.open_camera(camera, rule)
        self.alerts.resume(watched)
        self._decide(watched, configured)
        if not (self.is_analysing and watched.is_analysed):
            self.alerts.end_all(watched)
        watched.capture.start()
        self._watched[camera.camera_id] = watched
        log.info("camera_watched", camera_id=camera.camera_id, camera=camera.name)
        return watched

    def _leave(self, camera_id: int, *, is_gone: bool) -> None:
        watched = self._watched.pop(camera_id)
        if is_gone:  # Of a camera that was only changed the recorder takes the open incidents up again.
            self.alerts.end_all(watched)
        self.scores.leave(camera_id)
        self._close(watched, is_gone=is_gone)

    def _lose(self, camera_id: int, taken_at: datetime) -> None:
        """Leave a camera that another machine has taken: what it has seen since then is said by that one."""
        watched = self._watched.pop(camera_id)
        self.alerts.lose(watched, taken_at)
        self.scores.forget(camera_id)
        self._close(watched, is_gone=False)

    def _close(self, watched: CameraWorker, *, is_gone: bool) -> None:
        camera_id = watched.camera.camera_id
        watched.close(is_gone=is_gone)
        self._steadiness.pop(camera_id, None)
        self._notices.pop(camera_id, None)
        log.info("camera_left", camera_id=camera_id)

    def _keep_hours(self, configured: AnalysisConfiguration) -> None:
        """Begin or stop analysing when the hour has come, a record has, or the last day without records is over."""
        for watched in self._watched.values():
            was_analysed = watched.is_analysed
            self._decide(watched, configured)
            if was_analysed and not watched.is_analysed:
                self.alerts.end_all(watched)
                self.scores.leave(watched.camera.camera_id)
                watched.watch.forget_faces()

    def _decide(self, watched: CameraWorker, configured: AnalysisConfiguration) -> None:
        """Say whether a camera's faces may be analysed at this moment; of one that nobody knows they may not."""
        now, gate = self.clock.now(), configured.gates.get(watched.camera.camera_id, SHUT_GATE)
        watched.schedule = watched.camera.opening.state(now, configured.zone)
        watched.awaited = () if gate.is_open(now) else gate.missing

    def _report_states(self) -> None:
        now_s = self.monotonic_s()
        for camera_id, watched in self._watched.items():
            seen = self._seen_of(watched)
            if seen.state is CameraState.OFFLINE:
                self.alerts.end_unseen(watched, now_s)
            notice = self._steadiness.setdefault(camera_id, Steadiness()).observe(seen, now_s)
            before = self._notices.get(camera_id)
            if notice:  # What could not be stored is told with it.
                is_news = notice.is_news or (before is not None and before.is_news)
                self._notices[camera_id] = replace(notice, is_news=is_news)
        self._tell()

    def _seen_of(self, watched: CameraWorker) -> CameraReport:
        """Return how a camera is: its state, why, and when a closed one opens."""
        status, schedule = watched.capture.status, watched.schedule
        if status.state is CameraState.ONLINE and watched.awaited:
            return CameraReport(CameraState.AWAITING_RECORDS, awaiting_reason(watched.awaited))
        if status.state is CameraState.ONLINE and not schedule.is_open:
            return CameraReport(CameraState.CLOSED, opens_at=schedule.opens_at)
        unpaired = self._configured.unpaired if self._configured else frozenset()
        if not status.state.is_connected and watched.camera.camera_id in unpaired:
            return CameraReport(CameraState.CONNECTING, NOT_PAIRED)
        return CameraReport(status.state, status.reason)

    def _tell(self) -> None:
        for camera_id, notice in list(self._notices.items()):
            told = notice.report
            self.cameras.report_state(
                camera_id, told.state, told.reason, told.opens_at, is_news=notice.is_news, outages=notice.outages
            )
            del self._notices[camera_id]


def _wanted(configured: AnalysisConfiguration) -> dict[int, Camera]:
    return {camera.camera_id: camera for camera in configured.cameras if camera.enabled}


def _is_called_otherwise(camera: Camera, before: Camera) -> bool:
    """Return whether a change asks for another connection: another address or log-in, or other times of asking."""
    is_asked_otherwise = camera.kind is CameraKind.SNAPSHOT and camera.analysis_fps != before.analysis_fps
    return camera.revision != before.revision or is_asked_otherwise
