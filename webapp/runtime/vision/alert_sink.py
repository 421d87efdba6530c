"""Where every alert decision ends: as an incident in the database, with a picture of one person where it has one."""

import math
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ParamSpec, TypeVar

import structlog

from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.alerts.not_stored import StorageState
from webapp.domain.cameras.cameras import Camera
from webapp.domain.site.storage_faults import StorageFault
from webapp.errors import DatabaseFailed, OwnershipLost
from webapp.runtime.vision.camera_worker import CameraWorker
from webapp.runtime.vision.clip_sink import ClipSink
from webapp.services.alerts.incident_recorder import PICTURED, IncidentRecorder
from webapp.vision.pipeline.face_hiding import FaceHider
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame

log = structlog.get_logger()

_RETRY_S = 0.25
_SEEN_S = 1.0
# Time to call a camera again, to find the face and to wait for the dwell; an alert is not shown as going on for longer.
_HELD_S = 10.0
# Each holds a frame, 3 MB at 720p.
_MOST_AWAITED = 8
_END_OF_WATCH_S = 2.0
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class _HeldEnd:
    """The end of an alert on a camera that went away, not stored until `until_s`."""

    camera: Camera
    decision: AlertDecision
    until_s: float


@dataclass(frozen=True)
class _AwaitedPicture:
    """The picture of a decision that is stored, or waits to be, without it."""

    watched: CameraWorker
    camera: Camera
    decision: AlertDecision
    picture: "Future[bytes | None]"

    @property
    def may_be_kept(self) -> bool:
        """Whether the camera's pictures may still show what they showed when it was taken."""
        return self.watched.camera.image_settings == self.camera.image_settings

    @property
    def as_peak(self) -> AlertDecision:
        """The decision as one that only brings the picture: where the face is now, later ones say."""
        return replace(self.decision, change=AlertChange.PEAKED, seen_at=None, box_xyxy=None)


class InlineExecutor(Executor):
    """Does at once, and not beside, what it is given."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Do it, and return what came of it."""
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@dataclass
class AlertSink:
    """Takes the decisions of all cameras' policies, whatever led to them, and stores them when they are due.

    To hide everybody else in an incident's picture takes half a second: neither the alert nor any camera waits for it.
    The alert is stored without, and the picture follows as one of a peak.

    Attributes:
        recorder: makes incidents of them.
        hider: hides everybody else in an incident's picture; only used by `beside`.
        report: called with what cannot be stored, so that staff are shown it all the same, and when all is stored.
        beside: makes the pictures, one after another.
        clips: makes clips of the seconds around alerts; None keeps none.
    """

    recorder: IncidentRecorder
    hider: FaceHider = field(default_factory=FaceHider)
    report: Callable[[StorageState], None] = lambda _state: None
    beside: Executor = field(default_factory=InlineExecutor)
    clips: ClipSink | None = None
    _pictures: list["_AwaitedPicture"] = field(default_factory=list, init=False)
    _failure: str = field(default="", init=False)
    _next_flush_s: float = field(default=0.0, init=False)
    _waiting_since_s: float | None = field(default=None, init=False)
    _held: dict[tuple[int, int], "_HeldEnd"] = field(default_factory=dict, init=False)

    def record(self, watched: CameraWorker, analysed: AnalysedFrame) -> None:
        """Take what was decided on a frame: a new alert, and each peak, with a picture of that face alone."""
        for decision in analysed.decisions:
            decision = _with_face(self._without_outage(watched.camera, decision), analysed)
            picture = self._picture(watched, analysed, decision)
            if picture and not picture.done():
                self._pictures.append(_AwaitedPicture(watched, watched.camera, decision, picture))
            jpeg = picture.result() if picture and picture.done() else None
            self.recorder.record(watched.camera, [decision], jpeg)
            if decision.change is not AlertChange.SEEN:
                self._next_flush_s = 0.0
        if self.clips:
            self.clips.take(watched, analysed)

    def resume(self, watched: CameraWorker) -> None:
        """Take up what an earlier watch of the same camera left open; see `IncidentRecorder.resume`."""
        self._release(watched.camera.camera_id)
        self._leave_pictures(watched.camera.camera_id)
        if self.clips:
            self.clips.leave(watched.camera.camera_id, time.monotonic())
        watched.tracker.remember(
            self.recorder.resume(watched.camera.camera_id, watched.watch.policy, watched.steady.shift)
        )

    def settle(self, watched: CameraWorker) -> None:
        """Take up what staff have resolved, or opened again; see `IncidentRecorder.settle`."""
        self.recorder.settle(watched.camera, watched.watch.policy, watched.steady.shift)

    def end_all(self, watched: CameraWorker) -> None:
        """End a camera's open alerts, as nobody is analysed there any more."""
        self._release(watched.camera.camera_id)
        if self.clips:
            self.clips.leave(watched.camera.camera_id, time.monotonic())
        self.recorder.record(watched.camera, _all_ended(watched), None)

    def finish(self, watched: CameraWorker) -> None:
        """Have stored what is held back of a camera that is to be another machine's: that one goes on from there."""
        self._release(watched.camera.camera_id)
        if self.clips:
            self.clips.leave(watched.camera.camera_id, time.monotonic())

    def lose(self, watched: CameraWorker, taken_at: datetime) -> None:
        """Leave a camera that another machine has taken; see `IncidentRecorder.lose`."""
        camera_id = watched.camera.camera_id
        self._held = {key: held for key, held in self._held.items() if key[0] != camera_id}
        self._leave_pictures(camera_id)
        if self.clips:
            self.clips.leave(camera_id, time.monotonic())
        self.recorder.lose(camera_id, taken_at)

    def is_stored(self, camera_id: int) -> bool:
        """Return whether nothing of a camera waits to be stored or to be pictured."""
        is_pictured = all(one.camera.camera_id != camera_id for one in self._pictures)
        return is_pictured and not self.recorder.is_waiting(camera_id)

    def waiting_s(self, now_s: float) -> float:
        """Return for how long the oldest decision has waited to be stored; 0 where none waits."""
        return 0.0 if self._waiting_since_s is None else now_s - self._waiting_since_s

    def end_unseen(self, watched: CameraWorker, now_s: float) -> None:
        """End the open alerts of a camera that went away, and store that if they do not go on within a moment.

        A camera that flaps would end and continue them again and again.
        """
        for decision in _all_ended(watched):
            key = watched.camera.camera_id, decision.episode
            self._held[key] = _HeldEnd(watched.camera, decision, now_s + _HELD_S)

    def _without_outage(self, camera: Camera, decision: AlertDecision) -> AlertDecision:
        """Return a decision on an episode whose end was held: that it goes on is no news, as its end was none."""
        held = self._held.pop((camera.camera_id, decision.episode), None)
        if held is None:
            return decision
        if decision.change is AlertChange.CONTINUED:
            return replace(decision, is_told=False)
        self.recorder.record(held.camera, [held.decision], None)
        return decision

    def _release(self, camera_id: int | None = None, now_s: float = math.inf) -> None:
        """Have the ends stored that were held for long enough, or that have to be known now."""
        for key, held in list(self._held.items()):
            if camera_id in (None, key[0]) and now_s >= held.until_s:
                self.recorder.record(held.camera, [held.decision], None)
                del self._held[key]

    def flush(self, now_s: float) -> None:
        """Store what waits, if it is time; what cannot be stored waits on and is tried again."""
        self._release(now_s=now_s)
        self._take_pictures()
        if self.clips:
            self.clips.flush(now_s)
        if not self.recorder.pending_count:
            self._waiting_since_s = None
            return
        self._waiting_since_s = now_s if self._waiting_since_s is None else self._waiting_since_s
        if now_s < self._next_flush_s:
            return
        try:
            self.recorder.flush()
        except OwnershipLost:  # The fleet leaves these cameras in a moment; all others are tried again then.
            self._next_flush_s = now_s + _RETRY_S
        except Exception as error:  # noqa: BLE001 - process boundary: the incident waits in memory and is tried again.
            self._next_flush_s = now_s + _RETRY_S
            self._note_failure(error)
        else:  # Where faces are can wait: that of all cameras is one transaction a second.
            self._next_flush_s = now_s + _SEEN_S
            self._note_success()

    def store_last(self, timeout_s: float) -> None:
        """Store what waits before the process ends; a lock of a moment must not cost an alert."""
        deadline_s = time.monotonic() + timeout_s
        wait([awaited.picture for awaited in self._pictures], timeout_s / 2)
        self.flush(self._next_flush_s)
        while self.recorder.pending_count and time.monotonic() < deadline_s:
            time.sleep(_RETRY_S)
            self.flush(self._next_flush_s)
        if self.clips:
            self.clips.end(time.monotonic())

    def _note_failure(self, error: Exception) -> None:
        """Log a failure when it begins; what waits is shown from the second time on: most locks last moments."""
        fault = StorageFault(error.fault) if isinstance(error, DatabaseFailed) else StorageFault.FAILED
        if self._failure or fault is not StorageFault.LOCKED:
            self.report(StorageState(fault, self.recorder.unstored()))
        name = f"{type(error).__name__}: {fault}"
        if name != self._failure:
            self._failure = name
            log.error("incident_not_stored", error=name, waiting=self.recorder.pending_count)

    def _note_success(self) -> None:
        self.report(StorageState())
        if self._failure:
            self._failure = ""
            log.info("incidents_stored_again")

    def _picture(
        self, watched: CameraWorker, analysed: AnalysedFrame, decision: AlertDecision
    ) -> "Future[bytes | None] | None":
        """Begin to make a decision's picture, where it has one; where many wait, those of peaks are left out."""
        if decision.change not in PICTURED:
            return None
        if decision.change is AlertChange.PEAKED and len(self._pictures) >= _MOST_AWAITED:
            return None
        return self.beside.submit(self._snapshot_jpeg, watched, analysed, decision.track_id)

    def _leave_pictures(self, camera_id: int) -> None:
        """Take a camera's pictures before its episodes are counted anew; those that take too long are let go."""
        wait([one.picture for one in self._pictures if one.camera.camera_id == camera_id], _END_OF_WATCH_S)
        self._take_pictures()
        self._pictures = [one for one in self._pictures if one.camera.camera_id != camera_id]

    def _take_pictures(self) -> None:
        """Have the pictures stored that are made."""
        for awaited in [one for one in self._pictures if one.picture.done()]:
            self._pictures.remove(awaited)
            jpeg = awaited.picture.result()
            if jpeg is not None and awaited.may_be_kept:
                self.recorder.record(awaited.camera, [awaited.as_peak], jpeg)
                self._next_flush_s = 0.0

    def _snapshot_jpeg(self, watched: CameraWorker, analysed: AnalysedFrame, track_id: int) -> bytes | None:
        try:
            return watched.picture_jpeg(self.hider.showing_only(analysed, track_id))
        except Exception as error:  # Never a picture in which others can be recognised; the alert matters more.
            log.error("snapshot_not_taken", camera_id=watched.camera.camera_id, exc_info=error)
            return None


def _with_face(decision: AlertDecision, analysed: AnalysedFrame) -> AlertDecision:
    """Return a decision that says where its face is in the picture; None where it was not found in this very frame."""
    boxes = [track.box_xyxy for track in analysed.tracks if track.track_id == decision.track_id]
    if decision.change not in PICTURED or not boxes:
        return decision
    height_px, width_px = analysed.frame.image_bgr.shape[:2]
    left, top, right, bottom = boxes[0]
    shares = left / width_px, top / height_px, right / width_px, bottom / height_px
    first, second, third, fourth = (round(min(max(float(share), 0.0), 1.0), 4) for share in shares)
    return replace(decision, picture_face_xyxy=(first, second, third, fourth))


def _all_ended(watched: CameraWorker) -> list[AlertDecision]:
    ended = watched.watch.policy.end_all(watched.steady.now())
    return [decision.shifted(watched.steady.shift) for decision in ended]
