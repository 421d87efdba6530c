"""What faces looked like over time: kept for a while, so that a threshold can be tried on what really happened."""

from dataclasses import dataclass
from datetime import datetime

from webapp.domain.emotions import EmotionScores


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
    """Up to a minute of one face.

    Attributes:
        camera_id: who saw it.
        track_id: the face, unique within the camera while its vision process lives; it identifies nobody.
        moments: oldest first; at least one.
    """

    camera_id: int
    track_id: int
    moments: tuple[TrackMoment, ...]


@dataclass(frozen=True)
class ScoreMoment:
    """How angry-looking (or what else alerts) the face of an incident was at one moment.

    Attributes:
        at: when (aware UTC).
        score: the smoothed score that the alert rule looked at, in [0, 1].
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
    """What faces looked like in a quarter of an hour.

    Attributes:
        began_at: the quarter's beginning (aware UTC).
        counts: in the order of `EMOTIONS`: moments in which a face looked so most of all.
    """

    began_at: datetime
    counts: tuple[int, ...]
