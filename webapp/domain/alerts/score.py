"""The alert score: one number from the scores of seven emotions."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from webapp.domain.vision.emotions import Emotion, EmotionScores

# Below this share a score says no more than "hardly"; it is also the step in which scores are stored.
FLOOR = 0.005
# What speaks against an alert and hardly shows counts as this much: else a grin with a trace of anger would alert.
AGAINST_FLOOR = 0.02


@dataclass(frozen=True)
class AlertReadout:
    """Weighs the alerting emotions against those that a calm face is taken for, and calibrates the outcome.

    The score is sigmoid(gain · (log a − Σ weight · log b) + bias): a is the sum of the alerting emotions, b each of the
    emotions that speak against an alert. Such a margin in the logarithm separates people better than the bare
    probability: a face that is a little angry and hardly neutral alerts, one that is a little angry and mostly neutral
    does not.
    How it was chosen and measured: docs/alerts.md.

    Attributes:
        gain: steepness of the calibration (Platt 1999).
        bias: its offset.
        against: emotions that speak against an alert, each with its weight; none of them counts where it alerts itself.
    """

    gain: float
    bias: float
    against: tuple[tuple[Emotion, float], ...]

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "AlertReadout":
        """Read it from an artefact's plain values.

        Raises:
            KeyError, TypeError, ValueError: a value is missing, or none of its kind.
        """
        against = tuple(sorted((Emotion(name), float(weight)) for name, weight in values["against"].items()))
        return cls(float(values["gain"]), float(values["bias"]), against)

    def margin(self, scores: EmotionScores, emotions: Collection[Emotion]) -> float:
        """Return how much more a face looks like the alerting emotions than like those against them; 0 is no limit."""
        alerting = max(sum(scores.of(emotion) for emotion in emotions), FLOOR)
        against = (
            weight * math.log(max(scores.of(emotion), AGAINST_FLOOR))
            for emotion, weight in self.against
            if emotion not in emotions
        )
        return math.log(alerting) - sum(against)

    def score(self, scores: EmotionScores, emotions: Collection[Emotion]) -> float:
        """Return the alert score, in (0, 1)."""
        return 1 / (1 + math.exp(-self.gain * self.margin(scores, emotions) - self.bias))


@dataclass(frozen=True)
class ArtefactPolicy:
    """When a model's scores alert, unless someone sets something else; chosen by `run.py evaluate-alerts`.

    Attributes:
        emotions: the emotions that alert.
        enter_threshold: alert score above which a face starts to count.
        exit_threshold: alert score below which an episode ends.
        dwell_s: seconds above the enter threshold before an incident opens.
        smoothing_s: time constant of the scores' moving average.
        readout: how the scores become one; None adds those of `emotions`.
    """

    emotions: frozenset[Emotion] = frozenset({Emotion.ANGRY})
    enter_threshold: float = 0.5
    exit_threshold: float = 0.35
    dwell_s: float = 1.5
    smoothing_s: float = 1.0
    readout: AlertReadout | None = None

    @classmethod
    def read(cls, chosen: Mapping[str, Any], thresholds: Mapping[str, Mapping[str, float]]) -> "ArtefactPolicy":
        """Read it from an artefact's plain values.

        Args:
            chosen: the policy; where it is empty, the artefact alerts on the bare probability of anger.
            thresholds: emotion → `enter` and `exit` of single pictures; those of anger count without a policy.

        Raises:
            KeyError, TypeError, ValueError: a value is missing, or none of its kind.
        """
        if not chosen:
            angry = thresholds[Emotion.ANGRY]
            return cls(enter_threshold=float(angry["enter"]), exit_threshold=float(angry["exit"]))
        return cls(
            emotions=frozenset(map(Emotion, chosen["emotions"])),
            enter_threshold=float(chosen["enter"]),
            exit_threshold=float(chosen["exit"]),
            dwell_s=float(chosen["dwell_s"]),
            smoothing_s=float(chosen["smoothing_s"]),
            readout=AlertReadout.read(chosen["readout"]) if chosen.get("readout") else None,
        )
