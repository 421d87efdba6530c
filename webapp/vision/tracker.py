"""Follows faces from frame to frame: each keeps its id while it is visible, and over short gaps."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from webapp.domain.emotions import EmotionScores
from webapp.domain.faces import BoxesXYXY, FaceDetections, intersection_over_union
from webapp.domain.tracks import PersonTrack
from webapp.settings import Settings

# A pair is possible when the boxes overlap by this much, or the centres are this many face widths apart ...
_MIN_IOU = 0.1
_MAX_DISTANCE = 0.75
# ... and neither face is this many times as large as the other.
_MAX_SIZE_RATIO = 1.8
_IMPOSSIBLE = 1e6
_VELOCITY_WEIGHT = 0.4
_MAX_PREDICTION_S = 0.5


@dataclass(frozen=True)
class _Followed:
    """A track and how fast its face moves, in pixels per second."""

    track: PersonTrack
    velocity_xy: NDArray[np.float32]

    def predicted_xyxy(self, at: datetime) -> NDArray[np.float32]:
        """Return where the face should be at a moment, float32 (4,)."""
        ahead_s = min((at - self.track.last_seen_at).total_seconds(), _MAX_PREDICTION_S)
        box = np.asarray(self.track.box_xyxy, np.float32)
        return np.asarray(box + np.tile(self.velocity_xy * np.float32(ahead_s), 2), dtype=np.float32)

    def seen(self, box_xyxy: NDArray[np.float32], at: datetime) -> "_Followed":
        """Return the track moved to a new box."""
        elapsed_s = max((at - self.track.last_seen_at).total_seconds(), 1e-3)
        step_xy = _centres(box_xyxy[None])[0] - _centres(np.asarray([self.track.box_xyxy], np.float32))[0]
        velocity = self.velocity_xy + np.float32(_VELOCITY_WEIGHT) * (
            step_xy / np.float32(elapsed_s) - self.velocity_xy
        )
        return _Followed(self.track.seen(_as_box(box_xyxy), at), velocity)


class FaceTracker:
    """The faces of one camera. Boxes are predicted at a steady speed and assigned by overlap and distance, all at once.

    Attributes:
        visible: index of the detection → id of its track, for the newest frame.
    """

    def __init__(self, settings: Settings) -> None:
        """Start without faces.

        Args:
            settings: `track_max_gap_s` and `smoothing_s`.
        """
        self._max_gap_s = settings.track_max_gap_s
        self._smoothing_s = settings.smoothing_s
        self._followed: dict[int, _Followed] = {}
        self._count = 0
        self.visible: Mapping[int, int] = MappingProxyType({})

    def update(self, detections: FaceDetections, at: datetime) -> list[PersonTrack]:
        """Take in the faces of one frame.

        Args:
            detections: the frame's faces.
            at: when it was captured; must not go back.

        Returns:
            All living tracks, by id: those seen now, and those missing for at most `track_max_gap_s`.
        """
        self._forget(at)
        known = list(self._followed)
        assigned = self._assign(known, detections.boxes_xyxy, at)
        for track_id in set(known) - set(assigned.values()):
            followed = self._followed[track_id]
            self._followed[track_id] = replace(followed, track=replace(followed.track, scores=None))
        for index, box_xyxy in enumerate(detections.boxes_xyxy):
            if index in assigned:
                self._followed[assigned[index]] = self._followed[assigned[index]].seen(box_xyxy, at)
            else:
                assigned[index] = self._begin(box_xyxy, at)
        self.visible = MappingProxyType(assigned)
        return self.living()

    def forget(self) -> None:
        """Let go of all faces, as when the picture is turned or nobody may be followed; no id is used again."""
        self._followed, self.visible = {}, MappingProxyType({})

    def expected_xyxy(self, at: datetime) -> BoxesXYXY:
        """Return where the living faces should be at a moment, float32 (N, 4)."""
        boxes = [followed.predicted_xyxy(at) for followed in self._followed.values()]
        return np.stack(boxes) if boxes else np.zeros((0, 4), np.float32)

    def read(self, track_id: int, scores: EmotionScores, at: datetime) -> PersonTrack:
        """Give a track the scores of its newest view and return it."""
        followed = self._followed[track_id]
        track = followed.track.read(scores, at, time_constant_s=self._smoothing_s)
        self._followed[track_id] = replace(followed, track=track)
        return track

    def living(self) -> list[PersonTrack]:
        """Return all living tracks, by id."""
        return [self._followed[track_id].track for track_id in sorted(self._followed)]

    def _begin(self, box_xyxy: NDArray[np.float32], at: datetime) -> int:
        self._count += 1
        track = PersonTrack(self._count, _as_box(box_xyxy), at, at)
        self._followed[self._count] = _Followed(track, np.zeros(2, np.float32))
        return self._count

    def _forget(self, at: datetime) -> None:
        def is_alive(followed: _Followed) -> bool:
            return (at - followed.track.last_seen_at).total_seconds() <= self._max_gap_s

        self._followed = {track_id: f for track_id, f in self._followed.items() if is_alive(f)}

    def _assign(self, known: list[int], boxes_xyxy: BoxesXYXY, at: datetime) -> dict[int, int]:
        """Return index of the detection → id of the track that it continues."""
        if not known or len(boxes_xyxy) == 0:
            return {}
        predicted_xyxy = np.stack([self._followed[track_id].predicted_xyxy(at) for track_id in known])
        cost = _cost(predicted_xyxy, boxes_xyxy)
        pairs = zip(*linear_sum_assignment(cost), strict=True)
        return {int(index): known[row] for row, index in pairs if cost[row, index] < _IMPOSSIBLE}


def _cost(tracks_xyxy: BoxesXYXY, boxes_xyxy: BoxesXYXY) -> NDArray[np.float32]:
    """Return how badly each box continues each track, float32 (tracks, boxes)."""
    iou = intersection_over_union(tracks_xyxy, boxes_xyxy)
    track_sides, box_sides = _sides(tracks_xyxy)[:, None], _sides(boxes_xyxy)[None, :]
    steps = _centres(tracks_xyxy)[:, None] - _centres(boxes_xyxy)[None, :]
    distance = np.linalg.norm(steps, axis=2) / np.maximum(track_sides, box_sides)
    size_ratio = np.maximum(track_sides / box_sides, box_sides / track_sides)
    is_possible = ((iou > _MIN_IOU) | (distance < _MAX_DISTANCE)) & (size_ratio < _MAX_SIZE_RATIO)
    return np.where(is_possible, 1.0 - iou + distance, _IMPOSSIBLE).astype(np.float32)


def _sides(boxes_xyxy: BoxesXYXY) -> NDArray[np.float32]:
    return np.asarray(np.maximum(boxes_xyxy[:, 2] - boxes_xyxy[:, 0], 1.0), dtype=np.float32)


def _centres(boxes_xyxy: BoxesXYXY) -> NDArray[np.float32]:
    return np.asarray((boxes_xyxy[:, :2] + boxes_xyxy[:, 2:]) / 2, dtype=np.float32)


def _as_box(box_xyxy: NDArray[np.float32]) -> tuple[float, float, float, float]:
    left, top, right, bottom = (float(side) for side in box_xyxy)
    return left, top, right, bottom
