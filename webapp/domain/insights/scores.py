"""What faces showed over time: kept for a while, so that a threshold can be backtested on what really happened."""

from dataclasses import dataclass
from datetime import datetime

from webapp.domain.vision.emotions import Emotion, EmotionScores

_TICK_US = 10_000
# Below this share of anger and disgust no rule on them alerts, so that two moments a second are enough.
_CLOSE_FROM = 0.05


def decision_time(at: datetime) -> datetime:
    """Return a frame's time in the steps in which times are stored, hundredths of a second.

    Alerts are decided on it, so that a backtest of what was stored decides the same.
    """
    return at.replace(microsecond=at.microsecond // _TICK_US * _TICK_US)


def is_close(scores: EmotionScores) -> bool:
    """Return whether a face may come near an alert: then every frame of it is kept."""
    return scores.of(Emotion.ANGRY) + scores.of(Emotion.DISGUST) >= _CLOSE_FROM


@dataclass(frozen=True)
class TrackMoment:
    """One face at one moment.

    Attributes:
        at: when (aware UTC).
        scores: the smoothed scores.
    """

    at: datetime
    scores: EmotionScores


@dataclass(frozen=True)
class TrackScores:
    """Some seconds of one face: two moments a second, and every frame while it may come near an alert.

    Attributes:
        camera_id: who saw it.
        track_id: the face, unique within the camera while its vision process lives; it identifies nobody.
        moments: oldest first; at least one.
        link_id: the lost track that it very likely goes on with; None where it is someone else.
    """

    camera_id: int
    track_id: int
    moments: tuple[TrackMoment, ...]
    link_id: int | None = None


@dataclass(frozen=True)
class ScoreMoment:
    """How angry-looking (or what else alerts) the face of an incident was at one moment.

    Attributes:
        at: when (aware UTC).
        score: the smoothed score that the alert rule uses, in [0, 1].
    """

    at: datetime
    score: float


@dataclass(frozen=True)
class IncidentScores:
    """Some seconds of one incident's score.

    Attributes:
        incident_id: whose.
        moments: oldest first; at least one.
    """

    incident_id: int
    moments: tuple[ScoreMoment, ...]


@dataclass(frozen=True)
class SeenQuarter:
    """What the faces before one camera showed in a quarter of an hour.

    Attributes:
        began_at: the quarter's beginning (aware UTC).
        counts: in the order of `EMOTIONS`: moments in which a face looked so most of all.
        camera_id: who saw it.
    """

    began_at: datetime
    counts: tuple[int, ...]
    camera_id: int
