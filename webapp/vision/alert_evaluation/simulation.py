"""What the real pipeline sees of people before a made-up camera."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from webapp.domain.alerts.policy import AlertPolicy
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.vision.faces import intersection_over_union
from webapp.domain.vision.frames import Frame
from webapp.domain.vision.tracks import PersonTrack
from webapp.vision.alert_evaluation.people import SceneStyle, Standing, StillPerson, draw_standings
from webapp.vision.alert_evaluation.simulated_camera import PaintedCamera
from webapp.vision.faces.tracker import FaceTracker
from webapp.vision.pipeline.camera_analysis import CameraAnalysis
from webapp.vision.pipeline.frame_pipeline import FramePipeline

_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
_CAMERA_ID = 1
_SAME_FACE_IOU = 0.2


@dataclass(frozen=True)
class Visit:
    """One person before the camera; times are aware UTC.

    Attributes:
        person: index into the camera's people.
        began_at: first picture with the person.
        ended_at: the first one without.
    """

    person: int
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True)
class SeenMoment:
    """One analysed picture.

    Attributes:
        at: when (aware UTC).
        tracks: the living faces.
        people: track id → index of the person whose face it is, for those that were found in this picture.
    """

    at: datetime
    tracks: tuple[PersonTrack, ...]
    people: Mapping[int, int]


@dataclass(frozen=True)
class SeenCamera:
    """All that one camera saw; policies can be backtested on it again and again.

    Attributes:
        visits: who was there and when, by time.
        moments: the analysed pictures, by time.
    """

    visits: tuple[Visit, ...]
    moments: tuple[SeenMoment, ...]


def watch_people(
    people: Sequence[StillPerson], pipeline: FramePipeline, tracker: FaceTracker, style: SceneStyle, number: int
) -> SeenCamera:
    """Let people come before one camera, one after another or several at once.

    Args:
        people: who comes, in this order.
        pipeline: finds and reads them.
        tracker: follows them; new.
        style: how they are shown.
        number: of the camera; with the style's seed it decides all that is drawn by chance.
    """
    return _Showing(people, pipeline, tracker, style, number).run()


class _Showing:
    def __init__(
        self,
        people: Sequence[StillPerson],
        pipeline: FramePipeline,
        tracker: FaceTracker,
        style: SceneStyle,
        number: int,
    ) -> None:
        self._people, self._pipeline, self._style = people, pipeline, style
        self._rng = np.random.default_rng([style.seed, number])
        self._camera = PaintedCamera(style, self._rng)
        # What alerts is decided afterwards, on what was seen: this policy is not asked.
        self._watch = CameraAnalysis(_CAMERA_ID, tracker, AlertPolicy(AlertRule()))
        self._count = 0
        self._moments: list[SeenMoment] = []

    def run(self) -> SeenCamera:
        visits: list[Visit] = []
        order = range(len(self._people))
        for first in range(0, len(self._people), self._style.at_once):
            standings = draw_standings(order[first : first + self._style.at_once], self._style, self._rng)
            began_at = self._now
            self._show(standings, self._style.visit_s)
            visits += [Visit(standing.person, began_at, self._now) for standing in standings]
            self._show((), self._style.pause_s)
        return SeenCamera(tuple(visits), tuple(self._moments))

    @property
    def _now(self) -> datetime:
        return _BEGIN + timedelta(seconds=self._count / self._style.fps)

    def _show(self, standings: Sequence[Standing], seconds: float) -> None:
        for step in range(round(seconds * self._style.fps)):
            time_s = step / self._style.fps
            picture = self._camera.picture(self._people, standings, time_s)
            frame = Frame(_CAMERA_ID, self._count + 1, self._now, picture)
            analysed = self._pipeline.analyse([frame], {_CAMERA_ID: self._watch})[0]
            people = _people_of(analysed.tracks, standings, time_s)
            self._moments.append(SeenMoment(self._now, analysed.living, people))
            self._count += 1


def _people_of(tracks: Sequence[PersonTrack], standings: Sequence[Standing], time_s: float) -> dict[int, int]:
    """Return whose face each visible track is; faces of nobody are left out."""
    if not tracks or not standings:
        return {}
    found_xyxy = np.asarray([track.box_xyxy for track in tracks], np.float32)
    true_xyxy = np.asarray([standing.box_xyxy(time_s) for standing in standings], np.float32)
    overlaps = intersection_over_union(found_xyxy, true_xyxy)
    nearest = overlaps.argmax(axis=1)
    return {
        track.track_id: standings[int(nearest[row])].person
        for row, track in enumerate(tracks)
        if overlaps[row, nearest[row]] >= _SAME_FACE_IOU
    }
