"""What counts as an alert on one camera: whose emotions, from which score, for how long."""

from dataclasses import dataclass
from enum import StrEnum

from webapp.domain.alerts.score import AlertReadout, ArtefactPolicy
from webapp.domain.vision.emotions import Emotion, EmotionScores
from webapp.domain.vision.tracks import PersonTrack
from webapp.errors import InputInvalid


class AlertLevel(StrEnum):
    """How far a score is above the threshold: what staff read instead of a number."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True)
class AlertRule:
    """What counts as an alert on one camera.

    Attributes:
        emotions: the emotions that alert.
        enter_threshold: score in [0, 1] that a face must reach for an incident to open; raising it gives fewer alerts.
        exit_threshold: score above which the dwell runs, and below which the episode ends; at most `enter_threshold`.
        dwell_s: seconds above `exit_threshold` before an incident opens; raising it ignores short scowls.
        cooldown_s: seconds after an episode in which the same person continues the same incident, and seconds after
            it was resolved in which the same person raises no new alert.
        min_reads: classified views that a track needs before it can alert.
        readout: how a face's smoothed scores become its alert score; None adds those of `emotions`.
    """

    emotions: frozenset[Emotion] = frozenset({Emotion.ANGRY})
    enter_threshold: float = 0.5
    exit_threshold: float = 0.35
    dwell_s: float = 1.5
    cooldown_s: float = 30.0
    min_reads: int = 3
    readout: AlertReadout | None = None

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            InputInvalid: a value is out of range.
        """
        if not 0.0 < self.exit_threshold <= self.enter_threshold < 1.0:
            raise InputInvalid(
                "The alert rule cannot be used: expected 0 < exit threshold <= enter threshold < 1, got "
                "%(exit_threshold)s and %(enter_threshold)s.",
                exit_threshold=self.exit_threshold,
                enter_threshold=self.enter_threshold,
                field="exit_threshold",
            )
        if self.dwell_s < 0 or self.cooldown_s < 0:
            raise InputInvalid(
                "The alert rule cannot be used: expected dwell and cooldown of at least 0 s, got %(dwell_s)s and "
                "%(cooldown_s)s.",
                dwell_s=self.dwell_s,
                cooldown_s=self.cooldown_s,
                field="dwell_s" if self.dwell_s < 0 else "cooldown_s",
            )
        if not self.emotions:
            raise InputInvalid(
                "The alert rule cannot be used: expected at least one alerting emotion, got none; disable the camera "
                "to stop its alerts.",
                field="emotions",
            )

    @classmethod
    def of(cls, policy: ArtefactPolicy) -> "AlertRule":
        """Return the rule as an artefact proposes it."""
        return cls(
            emotions=policy.emotions,
            enter_threshold=policy.enter_threshold,
            exit_threshold=policy.exit_threshold,
            dwell_s=policy.dwell_s,
            readout=policy.readout,
        )

    def score(self, track: PersonTrack) -> float | None:
        """Return the track's alerting score in [0, 1], or None while the track abstains."""
        if track.smoothed is None or track.read_count < self.min_reads:
            return None
        return self.score_of(track.smoothed.rounded())

    def score_of(self, scores: EmotionScores) -> float:
        """Return the alert score of one view's or one track's scores, in [0, 1]."""
        if self.readout:
            return self.readout.score(scores, self.emotions)
        return sum(scores.of(emotion) for emotion in self.emotions)

    def level(self, score: float) -> AlertLevel:
        """Return in which third of the way from the enter threshold to 1 a score lies."""
        thirds = 3 * (score - self.enter_threshold) / (1 - self.enter_threshold)
        return AlertLevel.LOW if thirds < 1 else AlertLevel.MEDIUM if thirds < 2 else AlertLevel.HIGH

    def leading_emotion(self, track: PersonTrack) -> Emotion:
        """Return the alerting emotion that weighs most in the track's score."""
        smoothed = track.smoothed
        return max(sorted(self.emotions), key=lambda emotion: smoothed.of(emotion) if smoothed else 0.0)
