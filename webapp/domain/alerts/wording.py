"""What is said of a face while it alerts: the same words on the picture, beside it, over the sockets and in the API."""

from collections.abc import Mapping
from types import MappingProxyType

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.vision.emotions import Emotion

# An expression is seen, a feeling is not: hence "looking". Anger and disgust are one face to a camera: a snarl.
ALERT_WORDS: Mapping[Emotion, str] = MappingProxyType(
    {
        Emotion.ANGRY: "angry-looking",
        Emotion.DISGUST: "angry-looking",
        Emotion.FEAR: "fearful-looking",
        Emotion.HAPPY: "happy-looking",
        Emotion.SAD: "sad-looking",
        Emotion.SURPRISE: "surprised-looking",
        Emotion.NEUTRAL: "neutral-looking",
    }
)

TEST_MESSAGE = "Test alert: nobody needs help"


def alerting_words(emotion: Emotion, level: AlertLevel) -> str:
    """Return how a face looks that alerts: how, and how far above the threshold instead of a bare per cent."""
    return f"{ALERT_WORDS[emotion]}, {level.value}"


def alert_message(emotion: Emotion, camera: str) -> str:
    """Return what staff read and hear of an alert."""
    return f"Please send assistance: {ALERT_WORDS[emotion]} customer at {camera}"
