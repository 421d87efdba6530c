"""What may be a face and is looked at again until that is sure: it is neither shown nor read before."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.faces import BoxesXYXY, FaceDetections, is_covered
from webapp.domain.vision.tracks import PersonTrack
from webapp.vision.faces.found_faces import MAX_IOU, SURE_CONFIDENCE

# A face that nobody knew is one at once with so much confidence; with less, if it is seen for sure in two looks that
# follow each other while it is new. What has been a candidate for longer mostly is a pattern.
_SURE_AT_ONCE = 0.75
_YOUNG_S = 2.0
# Candidates of one camera at once; of further ones nothing is kept.
_MOST = 4
# What has been one for some time is looked at again after this share of that time, and this often at least.
_WAIT_SHARE = 0.5
_LONGEST_WAIT_S = 1.0
# For what share of that time, and how long at most, one is kept that is not seen: a pattern mostly comes again.
_KEPT_SHARE = 0.5
_KEPT_S = 10.0


@dataclass(frozen=True)
class _Candidate:
    box_xyxy: BoxesXYXY
    confidence: float
    since: datetime
    seen_at: datetime
    looked_at: datetime

    @property
    def age_s(self) -> float:
        return (self.seen_at - self.since).total_seconds()

    @property
    def is_young(self) -> bool:
        return self.age_s < _YOUNG_S

    def is_due(self, at: datetime) -> bool:
        return (at - self.looked_at).total_seconds() >= min(_WAIT_SHARE * self.age_s, _LONGEST_WAIT_S)

    def is_face(self, confidence: float) -> bool:
        """Return whether it is one if it is seen again with some confidence."""
        is_seen_twice = min(self.confidence, confidence) >= SURE_CONFIDENCE
        return confidence >= _SURE_AT_ONCE or (self.is_young and is_seen_twice)

    def is_kept(self, at: datetime) -> bool:
        """Return whether it is kept though it is not seen."""
        return (at - self.seen_at).total_seconds() < min(_KEPT_SHARE * self.age_s, _KEPT_S)


class FaceCandidates:
    """The candidates of one camera.

    A pattern that a network takes for a face again and again, but never for sure, stays one for as long as it is seen:
    it is looked at once a second, and a face that comes before it is found then.

    Example:
        >>> from datetime import UTC, timedelta
        >>> candidates, now = FaceCandidates(), datetime(2026, 3, 2, 9, tzinfo=UTC)
        >>> boxes_xyxy, none = np.asarray([[9, 9, 69, 69]], np.float32), np.zeros(1, bool)
        >>> found = FaceDetections(boxes_xyxy, none, confidences=np.full(1, 0.72, np.float32))
        >>> candidates.note(found, none, now)  # Is it a face?
        array([False])
        >>> candidates.note(found, none, now + timedelta(seconds=0.1))
        array([ True])
        >>> len(candidates)
        0
    """

    def __init__(self) -> None:
        """Begin without any."""
        self._candidates: list[_Candidate] = []

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._candidates)

    @property
    def has_new(self) -> bool:
        """Whether one of them has come just now."""
        return any(one.is_young for one in self._candidates)

    def due(self, at: datetime) -> list[BoxesXYXY]:
        """Return where to look again at a moment, float32 (4,) each."""
        return [one.box_xyxy for one in self._candidates if one.is_due(at)]

    def resting(self, at: datetime) -> list[BoxesXYXY]:
        """Return those that are left alone for the moment, float32 (4,) each."""
        return [one.box_xyxy for one in self._candidates if not one.is_due(at)]

    def note(self, found: FaceDetections, is_known: NDArray[np.bool_], at: datetime) -> NDArray[np.bool_]:
        """Take in what was found in a frame in which all candidates that were due were looked at.

        Args:
            found: N faces.
            is_known: bool (N,): which of them somebody else follows.
            at: when the frame was captured.

        Returns:
            Which of them are faces, bool (N,); the others are candidates.
        """
        is_face = is_known.copy()
        others, seen = list(self._candidates), []
        for index in np.flatnonzero(~is_known):
            box_xyxy, confidence = found.boxes_xyxy[index], float(found.confidences[index])
            before = self._at(box_xyxy) or _Candidate(box_xyxy, 0.0, at, at, at)
            others = [one for one in others if one is not before]
            is_face[index] = before.is_face(confidence)
            if not is_face[index]:
                seen.append(_Candidate(box_xyxy, confidence, before.since, at, at))
        resting = [one for one in others if not one.is_due(at)]
        unseen = [replace(one, confidence=0.0, looked_at=at) for one in others if one.is_due(at) and one.is_kept(at)]
        self._candidates = [*resting, *seen, *unseen][:_MOST]
        return is_face

    def take_over(self, tracks: Iterable[PersonTrack]) -> None:
        """Make candidates again of faces that no look is sure of any more."""
        for track in tracks:
            box_xyxy, seen_at = np.asarray(track.box_xyxy, np.float32), track.last_seen_at
            self._candidates.insert(0, _Candidate(box_xyxy, 0.0, track.first_seen_at, seen_at, seen_at))

    def _at(self, box_xyxy: BoxesXYXY) -> _Candidate | None:
        places = np.asarray([one.box_xyxy for one in self._candidates], np.float32).reshape(-1, 4)
        there = np.flatnonzero(is_covered(places, box_xyxy[np.newaxis], min_iou=MAX_IOU))
        return self._candidates[there[0]] if len(there) else None
