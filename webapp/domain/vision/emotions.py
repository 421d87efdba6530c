"""The seven emotions of FER2013 and the scores that a classifier gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Emotion(StrEnum):
    """FER2013's classes (Goodfellow et al., 2013), in the data set's own order: the order of every score vector."""

    ANGRY = "angry"
    DISGUST = "disgust"
    FEAR = "fear"
    HAPPY = "happy"
    SAD = "sad"
    SURPRISE = "surprise"
    NEUTRAL = "neutral"


EMOTIONS: tuple[Emotion, ...] = tuple(Emotion)

# Every threshold of whole percents is a step: a score just on one is not beyond it.
SCORE_STEPS = 200

# What people read on a screen. An expression is seen, a feeling is not: hence "looking".
EMOTION_WORDS: Mapping[Emotion, str] = MappingProxyType(
    {emotion: emotion.value for emotion in EMOTIONS} | {Emotion.ANGRY: "angry-looking"}
)


@dataclass(frozen=True)
class EmotionScores:
    """Calibrated probabilities of one face, in the order of `EMOTIONS`.

    Attributes:
        probabilities: seven numbers in [0, 1] that sum to 1.
    """

    probabilities: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the vector's length.

        Raises:
            ValueError: there are not exactly seven probabilities.
        """
        if len(self.probabilities) != len(EMOTIONS):
            raise ValueError(f"expected {len(EMOTIONS)} probabilities, one per emotion, got {len(self.probabilities)}")

    @property
    def top(self) -> Emotion:
        """The emotion with the highest probability."""
        return EMOTIONS[max(range(len(EMOTIONS)), key=self.probabilities.__getitem__)]

    @property
    def confidence(self) -> float:
        """The probability of `top`, in [0, 1]."""
        return max(self.probabilities)

    def of(self, emotion: Emotion) -> float:
        """Return the probability of one emotion, in [0, 1]."""
        return self.probabilities[EMOTIONS.index(emotion)]

    def rounded(self) -> "EmotionScores":
        """Return the scores in the steps that are stored; alerts are decided on these, live and in backtests."""
        return EmotionScores(tuple(round(p * SCORE_STEPS) / SCORE_STEPS for p in self.probabilities))

    def as_dict(self, digits: int = 4) -> dict[str, float]:
        """Return emotion name → probability, rounded for people and JSON."""
        return {emotion.value: round(p, digits) for emotion, p in zip(EMOTIONS, self.probabilities, strict=True)}


def difference(one: EmotionScores, other: EmotionScores) -> float:
    """Return how far two scores are apart, in [0, 1]: the total variation distance, half of all differences."""
    return sum(abs(a - b) for a, b in zip(one.probabilities, other.probabilities, strict=True)) / 2


def blend(old: EmotionScores, new: EmotionScores, weight: float) -> EmotionScores:
    """Move `old` towards `new` by `weight` in [0, 1]: one step of an exponential moving average."""
    pairs = zip(old.probabilities, new.probabilities, strict=True)
    return EmotionScores(tuple(a + weight * (b - a) for a, b in pairs))
