"""What is wrong with this installation now, of what can be seen from the web process."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from webapp.domain.cameras.cameras import Camera, CameraState
from webapp.services.dashboard.live_frames import LiveFrame
from webapp.services.site.system import SystemFacts

_INCIDENTS_WAIT_S = 5.0
_SCORES_WAIT = 200
_PICTURES_WAIT_S = 30.0
_EVENTS_LATE_S = 1.0
_PAGES_LATE_S = 1.0
MACHINE_MISSED_S = 30.0
"""Seconds without a beat after which an admin is told of a machine: by then its cameras are watched elsewhere."""
_FRAME_LATE_S = 3.5
# Of the rate that the camera delivers, or that it is set to where that is less.
_LEAST_SHARE_ANALYSED = 0.6
# Below this share, over all cameras together, it is the machine that has no more to give.
_LEAST_SHARE_OF_ALL = 0.8


class FaultKind(StrEnum):
    """What is wrong; docs/operations.md has a line for each."""

    MODEL_AWAY = "model_away"
    PROCESS_AWAY = "process_away"
    PROCESS_FAILING = "process_failing"
    DISK_NEARLY_FULL = "disk_nearly_full"
    INCIDENTS_WAITING = "incidents_waiting"
    SCORES_WAITING = "scores_waiting"
    PICTURES_WAITING = "pictures_waiting"
    EVENTS_LATE = "events_late"
    PAGES_LATE = "pages_late"
    CLOCK_DOUBTED = "clock_doubted"
    BACKUP_FAILED = "backup_failed"
    CHANNEL_FAILING = "channel_failing"
    CENTRAL_AWAY = "central_away"
    CENTRAL_REFUSES = "central_refuses"
    CAMERA_OFFLINE = "camera_offline"
    AWAITING_RECORDS = "awaiting_records"
    RECORDS_DUE = "records_due"
    FRAMES_LATE = "frames_late"
    MACHINE_SILENT = "machine_silent"
    AT_LIMIT = "at_limit"
    ANALYSIS_BEHIND = "analysis_behind"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        kind: what.
        subject: of which process, camera or machine; empty where it is of the whole.
        value: how much: seconds, or a count; 0 where there is no more to say.
        wanted: how much it should be, where that is not always the same.
        until: when it is worse (aware UTC); None where no moment is known.
    """

    kind: FaultKind
    subject: str = ""
    value: float = 0.0
    wanted: float = 0.0
    until: datetime | None = None


@dataclass(frozen=True)
class CameraFigures:
    """One camera, as it fares.

    Attributes:
        camera: which.
        frame: the newest one that vision published; None where there is none, or the camera is disabled.
        frame_age_s: how old that is; None where there is none.
        shuts_at: until when it is analysed without the records that it lacks; None where there is no such moment.
    """

    camera: Camera
    frame: LiveFrame | None = field(repr=False)
    frame_age_s: float | None
    shuts_at: datetime | None = None


@dataclass(frozen=True)
class PushFigures:
    """How the web process fares.

    Attributes:
        waiting_s: age of the oldest event that was not pushed; 0 where there is none.
        loop_late_s: by how much its loop was late at most within the last minute.
    """

    waiting_s: float
    loop_late_s: float


def find_faults(facts: SystemFacts, cameras: Sequence[CameraFigures], push: PushFigures) -> list[Fault]:
    """Return what is wrong, the worst first."""
    of_web = *_faults_of_storage(facts), *_faults_of_push(push)
    return [*_faults_of_processes(facts), *_faults_of_machines(facts), *of_web, *_of_cameras(cameras)]


def _faults_of_processes(facts: SystemFacts) -> Iterator[Fault]:
    if facts.is_model_away:
        yield Fault(FaultKind.MODEL_AWAY)
    for process in facts.processes:
        if process.is_failing:
            yield Fault(FaultKind.PROCESS_FAILING, process.name, process.restarts)
        elif process.started_at is None and not process.is_capture:
            yield Fault(FaultKind.PROCESS_AWAY, process.name)


def _faults_of_machines(facts: SystemFacts) -> Iterator[Fault]:
    for node in facts.cluster.missed(MACHINE_MISSED_S) if facts.cluster else ():
        yield Fault(FaultKind.MACHINE_SILENT, node.name, node.silent_s)


def _faults_of_storage(facts: SystemFacts) -> Iterator[Fault]:
    waiting = facts.waiting
    if facts.is_disk_nearly_full:
        yield Fault(FaultKind.DISK_NEARLY_FULL)
    if waiting.incidents_since_s > _INCIDENTS_WAIT_S:
        yield Fault(FaultKind.INCIDENTS_WAITING, value=waiting.incidents_since_s)
    if facts.is_clock_doubted:
        yield Fault(FaultKind.CLOCK_DOUBTED)
    if waiting.scores > _SCORES_WAIT:
        yield Fault(FaultKind.SCORES_WAITING, value=waiting.scores)
    if facts.pictures.since_s > _PICTURES_WAIT_S:
        yield Fault(FaultKind.PICTURES_WAITING, value=facts.pictures.count)


def _faults_of_push(push: PushFigures) -> Iterator[Fault]:
    if push.waiting_s > _EVENTS_LATE_S:
        yield Fault(FaultKind.EVENTS_LATE, value=push.waiting_s)
    if push.loop_late_s > _PAGES_LATE_S:
        yield Fault(FaultKind.PAGES_LATE, value=push.loop_late_s)


def analysis_limit(cameras: Sequence[CameraFigures]) -> Fault | None:
    """Return that the machine is at its limit: of all frames that are worth it, too few are analysed.

    Cameras with nobody in view want few frames, so that an empty house is never at its limit.
    """
    rates = [_rates(one) for one in cameras if one.frame is not None and one.camera.state is CameraState.ONLINE]
    analysed_fps, wanted_fps = sum(min(rate) for rate in rates), sum(wanted for _, wanted in rates)
    if len(rates) < 2 or analysed_fps >= wanted_fps * _LEAST_SHARE_OF_ALL:
        return None
    return Fault(FaultKind.AT_LIMIT, value=analysed_fps, wanted=wanted_fps)


def _of_cameras(cameras: Sequence[CameraFigures]) -> Iterator[Fault]:
    for one in cameras:
        if one.camera.state is CameraState.OFFLINE:
            yield Fault(FaultKind.CAMERA_OFFLINE, one.camera.name)
        elif one.camera.state is CameraState.AWAITING_RECORDS:
            yield Fault(FaultKind.AWAITING_RECORDS, one.camera.name)
        elif one.shuts_at is not None:
            yield Fault(FaultKind.RECORDS_DUE, one.camera.name, until=one.shuts_at)
    limit = analysis_limit(cameras)
    if limit is not None:
        yield limit
    for one in cameras:
        if one.camera.state is not CameraState.OFFLINE and one.camera.state.is_connected:
            yield from _of_a_connected_camera(one, is_at_limit=limit is not None)


def _of_a_connected_camera(one: CameraFigures, *, is_at_limit: bool) -> Iterator[Fault]:
    if one.frame is None or one.frame_age_s is None:
        return
    analysed_fps, wanted_fps = _rates(one)
    if one.frame_age_s > _FRAME_LATE_S:
        yield Fault(FaultKind.FRAMES_LATE, one.camera.name, one.frame_age_s)
    elif is_at_limit or one.camera.state is not CameraState.ONLINE or one.frame.gauges.get("keys_alone"):
        return
    elif analysed_fps < wanted_fps * _LEAST_SHARE_ANALYSED:
        yield Fault(FaultKind.ANALYSIS_BEHIND, one.camera.name, analysed_fps)


def _rates(one: CameraFigures) -> tuple[float, float]:
    """Return how many frames a second of a camera are analysed, and how many are worth it and there."""
    gauges = one.frame.gauges if one.frame else {}
    return gauges.get("analysed_fps", 0.0), min(gauges.get("capture_fps", 0.0), gauges.get("wanted_fps", 0.0))
