"""A person's face followed over time, with scores that are smoothed rather than nervous."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from webapp.domain.vision.emotions import Emotion, EmotionScores, blend
from webapp.domain.vision.face_linking import TrackLink


@dataclass(frozen=True)
class PersonTrack:
    """One face, followed while it is visible.

    Attributes:
        track_id: unique within a camera while its vision process lives; it identifies nobody.
        box_xyxy: left, top, right, bottom in pixels of the full frame.
        first_seen_at: when the face appeared (aware UTC).
        last_seen_at: when a detector last found it.
        scores: this view's scores, or those of the view before where this one is so like it that it was not classified;
            None when the view abstains (blurred, undecided, or not detected in this frame).
        smoothed: exponential moving average of the scores; None until there are enough views.
        read_count: how many views have been classified, or glanced at and found as they were.
        read_at: when the last one was classified.
        looked_at: when the last one was classified or glanced at.
        link: the lost track that it very likely goes on with; None where it is someone else.
    """

    track_id: int
    box_xyxy: tuple[float, float, float, float]
    first_seen_at: datetime
    last_seen_at: datetime
    scores: EmotionScores | None = None
    smoothed: EmotionScores | None = None
    read_count: int = 0
    read_at: datetime | None = None
    looked_at: datetime | None = None
    link: TrackLink | None = None

    @property
    def emotion(self) -> Emotion | None:
        """The smoothed scores' most likely emotion; None while there is no score."""
        return self.smoothed.top if self.smoothed else None

    def shifted(self, by: timedelta) -> "PersonTrack":
        """Return the same on a clock that differs by so much."""
        read_at, looked_at = (at + by if at else None for at in (self.read_at, self.looked_at))
        return replace(
            self,
            first_seen_at=self.first_seen_at + by,
            last_seen_at=self.last_seen_at + by,
            read_at=read_at,
            looked_at=looked_at,
        )

    def seen(
        self, box_xyxy: tuple[float, float, float, float], at: datetime, *, is_held: bool = False
    ) -> "PersonTrack":
        """Return the track moved to a new box, not yet read; where it is held, the scores of before stand."""
        return replace(self, box_xyxy=box_xyxy, last_seen_at=at, scores=self.scores if is_held else None)

    def read(self, scores: EmotionScores, at: datetime, *, time_constant_s: float) -> "PersonTrack":
        """Return the track with one more classified view.

        Args:
            scores: the view's scores.
            at: when the view was captured.
            time_constant_s: seconds after which an old view has lost 63 % of its weight; larger is calmer and later.
        """
        return replace(
            self,
            scores=scores,
            smoothed=self._blended(scores, at, time_constant_s),
            read_count=self.read_count + 1,
            read_at=at,
            looked_at=at,
        )

    def found_unchanged(self, scores: EmotionScores, at: datetime) -> "PersonTrack":
        """Return the track with a view at which a glance was enough: the scores and the average of before stand.

        Args:
            scores: of the last classified view.
            at: when the view was captured.
        """
        return replace(self, scores=scores, read_count=self.read_count + 1, looked_at=at)

    def _blended(self, scores: EmotionScores, at: datetime, time_constant_s: float) -> EmotionScores:
        if self.smoothed is None or self.looked_at is None:
            return scores
        elapsed_s = max((at - self.looked_at).total_seconds(), 0.0)
        by_time = 1.0 - math.exp(-elapsed_s / time_constant_s)
        # While a track is young its average is the plain mean, so that one odd first view does not linger.
        return blend(self.smoothed, scores, max(by_time, 1.0 / (self.read_count + 1)))
