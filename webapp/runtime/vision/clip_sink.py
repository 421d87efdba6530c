"""The clips of alerts, from the frames in memory to the disk: no alert and no camera waits for one."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import structlog

from webapp.domain.alerts.clips import Clip, ClipPlan
from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.cameras.image_settings import ImageSettings
from webapp.errors import DatabaseFailed, OwnershipLost
from webapp.runtime.vision.camera_worker import CameraWorker
from webapp.vision.pipeline.clip_frames import ClipFrame, ClipFrames
from webapp.vision.pipeline.frame_pipeline import AnalysedFrame

log = structlog.get_logger()

# A frame is some tenths of a second old when it is analysed.
_LATE_S = 0.5
_RETRY_S = 1.0
_GIVE_UP_S = 600.0
# Each holds some frames of its camera beyond their time, up to 2 MB; a crowd at one camera is seen in a few clips.
_MOST_WANTED = 8
# A clip takes some five seconds of processor time: so many an hour are one percent of a core.
_MOST_AN_HOUR = 7
_HOUR_S = 3600.0


class ClipMaking(Protocol):
    """Makes clips, here or in another process; see `ClipMaker`."""

    def make(self, frames: Sequence[ClipFrame], track_id: int) -> Clip | None:
        """Make the clip of one face."""

    def stop(self) -> None:
        """Give up what is being made."""


@dataclass
class _WantedClip:
    """The clip of one alert; made `after_s` after it, and stored when its incident is."""

    watched: CameraWorker
    image_settings: ImageSettings
    decision: AlertDecision
    due_s: float | None = None
    incident_id: int | None = None
    made: "Future[Clip | None] | None" = None
    next_try_s: float = 0.0

    @property
    def camera_id(self) -> int:
        """Whose alert."""
        return self.watched.camera.camera_id

    @property
    def may_be_kept(self) -> bool:
        """Whether the camera's pictures may still show what they showed when it was taken."""
        return self.watched.camera.image_settings == self.image_settings


@dataclass
class ClipSink:
    """Holds the newest frames of all cameras, and makes clips of them beside the analysis.

    A clip is something more: where it cannot be made or stored, the alert and its picture stand as they are. What is
    being made when the process ends is lost.

    Attributes:
        plan: how long, how often, or not at all.
        maker: makes them; only used by `beside`, which waits for it.
        keep: (incident's id, clip) → stores it.
        incident_of: (camera id, episode of its policy) → the incident's id, or None while it is not stored.
        beside: makes the clips, one after another.
    """

    plan: ClipPlan
    maker: ClipMaking
    keep: Callable[[int, Clip], object]
    incident_of: Callable[[int, int], int | None]
    beside: Executor
    _frames: dict[int, tuple[ImageSettings, ClipFrames]] = field(default_factory=dict, init=False)
    _wanted: list[_WantedClip] = field(default_factory=list, init=False)
    _made_s: dict[int, list[float]] = field(default_factory=dict, init=False)

    def take(self, watched: CameraWorker, analysed: AnalysedFrame) -> None:
        """Take a frame that was handed on, and what was decided on it."""
        if self.plan.is_off:
            return
        camera_id = watched.camera.camera_id
        if not watched.is_analysed:  # Whom nobody looks for, nobody hides.
            self._frames.pop(camera_id, None)
            return
        scores = {track.track_id: watched.rule.score(track) for track in analysed.tracks}
        known = {track_id: score for track_id, score in scores.items() if score is not None}
        self._frames_of(watched).take(analysed, known, lambda track_id: not watched.tracker.is_doubted(track_id))
        for decision in analysed.decisions:
            if decision.change is AlertChange.OPENED and len(self._wanted) < _MOST_WANTED:
                self._wanted.append(_WantedClip(watched, watched.camera.image_settings, decision))

    def flush(self, now_s: float) -> None:
        """Begin what is due, and store what is made."""
        for wanted in list(self._wanted):
            wanted.due_s = wanted.due_s or now_s + self.plan.after_s + _LATE_S
            self._name(wanted)
            if wanted.made is None and now_s >= wanted.due_s:
                self._begin(wanted, now_s)
            elif wanted.made and wanted.made.done():
                self._store(wanted, wanted.made.result(), now_s)
            if now_s >= wanted.due_s + _GIVE_UP_S:
                self._drop(wanted)

    def leave(self, camera_id: int, now_s: float) -> None:
        """Make of what there is what is wanted of a camera: its next policy counts its episodes again."""
        for wanted in [one for one in self._wanted if one.camera_id == camera_id]:
            self._name(wanted)
            if wanted.incident_id is None:
                self._drop(wanted)
            elif wanted.made is None:
                self._begin(wanted, now_s)
        self._frames.pop(camera_id, None)

    def end(self, now_s: float) -> None:
        """Store what is made; the rest is given up."""
        for wanted in list(self._wanted):
            if wanted.made and wanted.made.done():
                self._store(wanted, wanted.made.result(), now_s)
        self._wanted.clear()
        self.maker.stop()
        self.beside.shutdown(wait=False, cancel_futures=True)

    def _frames_of(self, watched: CameraWorker) -> ClipFrames:
        """Return what is held of a camera; what was taken before the last change of its zones is not held any more."""
        camera_id, image_settings = watched.camera.camera_id, watched.camera.image_settings
        held = self._frames.get(camera_id)
        if held is None or held[0] != image_settings:
            held = self._frames[camera_id] = image_settings, ClipFrames(self.plan)
        return held[1]

    def _name(self, wanted: _WantedClip) -> None:
        if wanted.incident_id is None:
            wanted.incident_id = self.incident_of(wanted.camera_id, wanted.decision.episode)

    def _begin(self, wanted: _WantedClip, now_s: float) -> None:
        before = self._made_s.get(wanted.camera_id, [])
        recent = self._made_s[wanted.camera_id] = [made_s for made_s in before if now_s - made_s < _HOUR_S]
        frames = self._frames_for(wanted)
        if not frames or len(recent) >= _MOST_AN_HOUR:
            self._drop(wanted)
            return
        recent.append(now_s)
        wanted.made = self.beside.submit(self._make, frames, wanted.decision.track_id, wanted.camera_id)

    def _frames_for(self, wanted: _WantedClip) -> list[ClipFrame]:
        held = self._frames.get(wanted.camera_id)
        if held is None or not wanted.may_be_kept:
            return []
        begin: datetime = self.plan.begins_at(wanted.decision.at)
        return list(held[1].between(begin, begin + self.plan.span))

    def _make(self, frames: list[ClipFrame], track_id: int, camera_id: int) -> Clip | None:
        try:
            return self.maker.make(frames, track_id)
        except Exception as error:  # Never a clip in which others can be recognised.
            log.error("clip_not_made", camera_id=camera_id, exc_info=error)
            return None

    def _store(self, wanted: _WantedClip, clip: Clip | None, now_s: float) -> None:
        if clip is None or not wanted.may_be_kept:
            self._drop(wanted)
        elif wanted.incident_id is not None and now_s >= wanted.next_try_s:
            try:
                self.keep(wanted.incident_id, clip)
            except (DatabaseFailed, OwnershipLost):  # It waits as its alert did.
                wanted.next_try_s = now_s + _RETRY_S
                return
            except Exception as error:  # noqa: BLE001 - process boundary: the alert stands without its clip.
                words = getattr(error, "strerror", None) or type(error).__name__
                log.error("clip_not_stored", camera_id=wanted.camera_id, error=words)
            self._drop(wanted)

    def _drop(self, wanted: _WantedClip) -> None:
        if wanted in self._wanted:
            self._wanted.remove(wanted)
