"""Follows faces from frame to frame: each keeps its id while it is visible, and over short gaps."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.emotions import EmotionScores
from webapp.domain.vision.face_linking import LostTrack, TrackLink, link_to_lost
from webapp.domain.vision.faces import BoxesXYXY, FaceDetections, intersection_over_union
from webapp.domain.vision.frames import ImageGray
from webapp.domain.vision.tracks import PersonTrack
from webapp.vision.faces.assignment import cheapest_pairs
from webapp.vision.faces.track_state import LINK_READS, TrackState, as_box, centres, thumbnail_of

# A pair is possible when the boxes overlap by this much, or the centres are this many face widths apart ...
_MIN_IOU = 0.1
_MAX_DISTANCE = 0.75
# ... and neither face is this many times as large as the other.
_MAX_SIZE_RATIO = 1.8
_IMPOSSIBLE = 1e6
# So many views in a row that are unlike a face are another face at its place; see `track_state`.
_OTHER_FACE_READS = 3
# Some three seconds: of 226 faces of fifteen made-up scenes three were unsure for longer; some patterns always are.
_DOUBTFUL_LOOKS = 40
# Frames further apart than this mean that nothing was analysed; for so long the time to find a face again is paused.
_OUTAGE_S = 2.5
_MAX_OUTAGE_S = 30.0
_GAP_FRAMES = 1.5
# A face that is missing is looked for so often.
_SEEK_STEP_S = 0.2
_INSTANT_S = 0.01
_INSTANT = timedelta(seconds=_INSTANT_S)


class FaceTracker:
    """The faces of one camera. Boxes are predicted at a steady speed and assigned by overlap and distance, all at once.

    A face that appears soon after another was lost, near its place and alike, is linked to that one: see
    `domain.vision.face_linking`. A face that takes another's place between two frames gets a track of its own.

    Attributes:
        visible: index of the detection → id of its track, for the newest frame.

    Example:
        >>> from datetime import UTC, datetime, timedelta
        >>> import numpy as np
        >>> from webapp.domain.vision.faces import FaceDetections
        >>> tracker, began_at = FaceTracker(max_gap_s=1.0), datetime(2026, 3, 2, 9, tzinfo=UTC)
        >>> for step in range(3):  # A face that moves to the right, five frames a second.
        ...     boxes_xyxy = np.asarray([[100 + 10 * step, 50, 160 + 10 * step, 110]], np.float32)
        ...     detections = FaceDetections(boxes_xyxy, np.zeros(1, bool))
        ...     tracks = tracker.update(detections, began_at + step * timedelta(seconds=0.2))
        >>> [(track.track_id, track.box_xyxy) for track in tracks]
        [(1, (120.0, 50.0, 180.0, 110.0))]
    """

    def __init__(self, *, max_gap_s: float = 1.0, link_s: float = 3.0, smoothing_s: float = 1.0) -> None:
        """Start without faces.

        Args:
            max_gap_s: seconds a face may be missing and keep its id; more bridges longer turns of the head, and holds
                on longer to a face that has left.
            link_s: seconds in which a lost face that comes back near its place, alike, is still the same person.
            smoothing_s: time constant of the scores' moving average; more is calmer and slower.
        """
        self._max_gap_s = max_gap_s
        self._link_s = link_s
        self._smoothing_s = smoothing_s
        self._followed: dict[int, TrackState] = {}
        self._lost: list[LostTrack] = []
        self._intervals_s = (0.0, 0.0)
        self._updated_at: datetime | None = None
        self._count = 0
        self.visible: Mapping[int, int] = MappingProxyType({})

    def update(
        self, detections: FaceDetections, at: datetime, held: Collection[int] = frozenset()
    ) -> list[PersonTrack]:
        """Take in the faces of one frame.

        Args:
            detections: the frame's faces.
            at: when it was captured; must not go back.
            held: indices of those that will not be classified, as they are as they were: their scores stand.

        Returns:
            All living tracks, by id: those seen now, and those missing for at most `max_gap_s`.
        """
        outage = self._take_time(at)
        # Missing is who was looked for: after one late frame a face that is found at its place is still the same.
        is_late = self._intervals_s[1] > _OUTAGE_S
        known = [track_id for track_id, one in self._followed.items() if not (is_late and self._is_gone(one, at))]
        assigned = self._assign(known, detections.boxes_xyxy, at)
        for track_id in set(known) - set(assigned.values()):
            followed = self._followed[track_id]
            self._followed[track_id] = replace(followed, track=replace(followed.track, scores=None))
        self._lose(at, set(self._followed) - set(assigned.values()), outage)
        for index, box_xyxy in enumerate(detections.boxes_xyxy):
            if index in assigned:
                is_held, confidence = index in held, float(detections.confidences[index])
                seen = self._followed[assigned[index]].seen(box_xyxy, at, is_held=is_held, confidence=confidence)
                self._followed[assigned[index]] = seen
            else:
                assigned[index] = self._begin(box_xyxy, at)
        self.visible = MappingProxyType(assigned)
        return self.living()

    def forget(self) -> None:
        """Let go of all faces, as when the picture is turned or nobody may be followed; no id is used again."""
        self._followed, self._lost, self.visible = {}, [], MappingProxyType({})
        self._updated_at = None

    def let_go_of_doubtful(self, kept: Collection[int]) -> list[PersonTrack]:
        """Let go of faces that many looks in a row were not sure of, but for those of some ids; returns who is gone."""
        doubtful = [i for i, one in self._followed.items() if one.doubtful >= _DOUBTFUL_LOOKS and i not in kept]
        gone = [self._followed.pop(track_id) for track_id in doubtful]
        self._lost += [one.lost(timedelta()) for one in gone]
        return [one.track for one in gone]

    def remember(self, lost: Sequence[LostTrack]) -> None:
        """Take over faces that were lost before this tracker began: one of them may be found again."""
        self._lost += lost

    def expected(self, at: datetime) -> dict[int, BoxesXYXY]:
        """Return where the living faces should be at a moment: track id → float32 (4,)."""
        return {track_id: followed.predicted_xyxy(at) for track_id, followed in self._followed.items()}

    def is_sought(self, track_id: int, at: datetime) -> bool:
        """Return whether to look for a living face: in each frame while it is visible, else now and then."""
        last_seen_at = self._followed[track_id].track.last_seen_at
        before_s, missing_s = (0.0 if t is None else (t - last_seen_at).total_seconds() for t in (self._updated_at, at))
        before, now = (int((missing + _INSTANT_S) / _SEEK_STEP_S) for missing in (before_s, missing_s))
        return before_s <= 0 or now > before

    def track(self, track_id: int) -> PersonTrack:
        """Return a living track."""
        return self._followed[track_id].track

    def is_doubted(self, track_id: int) -> bool:
        """Return whether a track's newest view was unlike those before: another face may have taken its place."""
        return self._followed[track_id].unlike > 0

    def read(
        self,
        track_id: int,
        scores: EmotionScores,
        at: datetime,
        face_gray: ImageGray | None = None,
        *,
        is_same: bool = False,
    ) -> PersonTrack:
        """Give a track the scores of its newest view and return it.

        Args:
            track_id: of a visible face.
            scores: of the view.
            at: when it was captured.
            face_gray: the view, uint8 (S, S), for finding the face again; None keeps none.
            is_same: whether it is surely the face of the view before; else it has to look like it.
        """
        followed = self._followed[track_id]
        thumbnail = None if face_gray is None else thumbnail_of(face_gray)
        if thumbnail is not None:
            followed = followed.viewed(thumbnail, at, is_same=is_same)
        if followed.unlike >= _OTHER_FACE_READS:
            followed = self._replaced(followed, at)
        elif followed.unlike:  # Whose scores these are is not sure yet.
            self._followed[track_id] = followed
            return followed.track
        track = self._linked(followed, followed.track.read(scores, at, time_constant_s=self._smoothing_s))
        self._followed[track.track_id] = replace(followed, track=track, read=scores, glance=None)
        return track

    def glance_before(self, track_id: int) -> EmotionScores | None:
        """Return what the first glance at a living track since it was read has said; None before that."""
        return self._followed[track_id].glance

    def keep(
        self, track_id: int, glance: EmotionScores, at: datetime, face_gray: ImageGray, *, is_same: bool = False
    ) -> None:
        """Let the scores of a visible track stand: at a glance it looks as it did.

        Args:
            track_id: of a visible face that was read before.
            glance: what was seen at it.
            at: when it was captured.
            face_gray: the view, uint8 (S, S); see `read`.
            is_same: whether it is surely the face of the view before; else it has to look like it.
        """
        followed = self._followed[track_id]
        thumbnail = thumbnail_of(face_gray)
        if thumbnail is not None:
            followed = followed.viewed(thumbnail, at, is_same=is_same)
        if followed.unlike == 0 and followed.read is not None:
            track = self._linked(followed, followed.track.found_unchanged(followed.read, at))
            followed = replace(followed, track=track, glance=followed.glance or glance)
        self._followed[track_id] = followed

    def _linked(self, followed: TrackState, track: PersonTrack) -> PersonTrack:
        """Return a track that was read once more: of a new one it is known by now whose it may be."""
        return replace(track, link=self._link(followed)) if track.read_count == LINK_READS else track

    def living(self) -> list[PersonTrack]:
        """Return all living tracks, by id."""
        return [self._followed[track_id].track for track_id in sorted(self._followed)]

    def _begin(self, box_xyxy: NDArray[np.float32], at: datetime) -> int:
        self._count += 1
        track = PersonTrack(self._count, as_box(box_xyxy), at, at)
        self._followed[self._count] = TrackState(track, np.zeros(2, np.float32), track.box_xyxy)
        return self._count

    def _replaced(self, followed: TrackState, at: datetime) -> TrackState:
        """Let a track go whose place another face has taken, and begin one for that face."""
        gone_id = followed.track.track_id
        del self._followed[gone_id]
        # Last seen before the new face's first sight: should a hand have been before the face, it is linked to itself.
        self._lost.append(followed.lost(-_INSTANT))
        new_id = self._begin(np.asarray(followed.track.box_xyxy, np.float32), at)
        self.visible = MappingProxyType({i: new_id if t == gone_id else t for i, t in self.visible.items()})
        return replace(self._followed[new_id], velocity_xy=followed.velocity_xy)

    def _take_time(self, at: datetime) -> timedelta:
        """Note when the next frame was captured; returns for how long nothing was analysed, if it was long."""
        outage = self._outage(at)
        if self._updated_at is not None:
            self._intervals_s = (self._intervals_s[1], (at - self._updated_at).total_seconds())
        self._updated_at = at
        return outage

    def _lose(self, at: datetime, missing: Collection[int], outage: timedelta) -> None:
        """Let go of faces that are missing for too long, and of lost ones that nobody is linked to any more."""
        if outage:
            self._lost = [_later(one, outage) for one in self._lost]
            self._followed = {i: f.paused(outage) if i not in missing else f for i, f in self._followed.items()}
        gone = [track_id for track_id in missing if self._is_gone(self._followed[track_id], at)]
        self._lost += [self._followed.pop(track_id).lost(outage) for track_id in gone]
        # A new face is compared some reads after its first sight: until then its lost one is kept.
        oldest = at - timedelta(seconds=self._link_s + self._gap_s + _OUTAGE_S)
        self._lost = [one for one in self._lost if one.last.at >= oldest]

    def _is_gone(self, followed: TrackState, at: datetime) -> bool:
        return (at - followed.track.last_seen_at).total_seconds() > self._gap_s

    @property
    def _gap_s(self) -> float:
        """How long a face may be missing: at a low rate, longer than two frames are apart."""
        return max(self._max_gap_s, _GAP_FRAMES * min(*self._intervals_s, _OUTAGE_S))

    def _outage(self, at: datetime) -> timedelta:
        """Return for how long nothing was analysed; a face of before counts as lost just before this frame."""
        since = self._updated_at or max((one.last.at for one in self._lost), default=at)
        # Before the first frame nobody looked at all, be it for a second.
        least_s = _OUTAGE_S if self._updated_at else _INSTANT_S
        return at - since - _INSTANT if least_s < (at - since).total_seconds() <= _MAX_OUTAGE_S else timedelta()

    def _link(self, followed: TrackState) -> TrackLink | None:
        """Find the lost face that a new one is; a face that is only missing for the moment counts as lost, too."""
        first = followed.first_sight()
        missing = [f for track_id, f in self._followed.items() if track_id not in self.visible.values()]
        lost = [*self._lost, *(one.lost(timedelta()) for one in missing if one.track.last_seen_at < first.at)]
        link = link_to_lost(first, lost, max_missing_s=self._link_s)
        if link:
            self._lost = [one for one in self._lost if one.track_id != link.track_id]
            self._followed.pop(link.track_id, None)
        return link

    def _assign(self, known: list[int], boxes_xyxy: BoxesXYXY, at: datetime) -> dict[int, int]:
        """Return index of the detection → id of the track that it continues."""
        if not known or len(boxes_xyxy) == 0:
            return {}
        predicted_xyxy = np.stack([self._followed[track_id].predicted_xyxy(at) for track_id in known])
        cost = _cost(predicted_xyxy, boxes_xyxy)
        pairs = cheapest_pairs(cost.tolist())
        return {index: known[row] for row, index in pairs if cost[row, index] < _IMPOSSIBLE}


def _cost(tracks_xyxy: BoxesXYXY, boxes_xyxy: BoxesXYXY) -> NDArray[np.float32]:
    """Return how badly each box continues each track, float32 (tracks, boxes)."""
    iou = intersection_over_union(tracks_xyxy, boxes_xyxy)
    track_sides, box_sides = _sides(tracks_xyxy)[:, None], _sides(boxes_xyxy)[None, :]
    steps = centres(tracks_xyxy)[:, None] - centres(boxes_xyxy)[None, :]
    distance = np.linalg.norm(steps, axis=2) / np.maximum(track_sides, box_sides)
    size_ratio = np.maximum(track_sides / box_sides, box_sides / track_sides)
    is_possible = ((iou > _MIN_IOU) | (distance < _MAX_DISTANCE)) & (size_ratio < _MAX_SIZE_RATIO)
    return np.where(is_possible, 1.0 - iou + distance, _IMPOSSIBLE).astype(np.float32)


def _later(lost: LostTrack, shift: timedelta) -> LostTrack:
    return replace(lost, last=replace(lost.last, at=lost.last.at + shift))


def _sides(boxes_xyxy: BoxesXYXY) -> NDArray[np.float32]:
    return np.asarray(np.maximum(boxes_xyxy[:, 2] - boxes_xyxy[:, 0], 1.0), dtype=np.float32)
