"""What an alert policy decides: one thing to be done about one incident."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.vision.emotions import Emotion
from webapp.domain.vision.face_linking import BoxXYXY, TrackLink


class AlertChange(StrEnum):
    """What happens to an incident."""

    OPENED = "opened"
    CONTINUED = "continued"
    PEAKED = "peaked"
    SEEN = "seen"
    ENDED = "ended"


@dataclass(frozen=True)
class AlertDecision:
    """One thing to be done about one incident.

    Attributes:
        change: what happens; SEEN, every two seconds, tells nothing but where the face is.
        episode: counts the incidents of this policy from 1; the same for all decisions on one incident.
        track_id: the face that caused it.
        emotion: the alerting emotion that weighed most when the episode began.
        at: when it was decided (aware UTC); for ENDED, when the face was last above the exit threshold.
        started_at: when the face first rose above the exit threshold.
        score: the score now.
        peak_score: the highest score of the episode so far.
        level: how far that is above the threshold.
        seen_at: when the face was last found (aware UTC).
        box_xyxy: where that was, in pixels of the full frame.
        picture_face_xyxy: where the face is in the picture of this very moment, as shares of its width and height; None
            where it was not found in that.
        link: for CONTINUED by another track, why that is taken for the same face.
        again: for OPENED, the episode of the same person that was resolved before.
        is_told: False for CONTINUED of an episode whose end nobody was told, as the camera was only away for a moment.
    """

    change: AlertChange
    episode: int
    track_id: int
    emotion: Emotion
    at: datetime
    started_at: datetime
    score: float
    peak_score: float
    level: AlertLevel = AlertLevel.LOW
    seen_at: datetime | None = None
    box_xyxy: BoxXYXY | None = None
    picture_face_xyxy: BoxXYXY | None = None
    link: TrackLink | None = None
    again: int | None = None
    is_told: bool = True

    def shifted(self, by: timedelta) -> "AlertDecision":
        """Return the same on a clock that differs by so much."""
        seen_at = self.seen_at + by if self.seen_at else None
        return replace(self, at=self.at + by, started_at=self.started_at + by, seen_at=seen_at)
