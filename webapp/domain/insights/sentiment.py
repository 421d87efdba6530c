"""How expressions were shared out between positive, neutral and negative: over the day, by camera, and the week before.

Valence as in Russell's circumplex (1980): happy is positive, angry, disgust, fear and sad are negative. Surprise may be
either, so it counts as neutral.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from webapp.domain.insights.scores import SeenQuarter
from webapp.domain.vision.emotions import EMOTIONS, Emotion

_Key = TypeVar("_Key", bound=Hashable)
# Expressions are counted twice a second.
_MOMENTS_PER_MINUTE = 120
# Below this a share says more about the few people who were there than about the place: it is not compared.
_LEAST_COMPARED_MINUTES = 10.0
_LEAST_DAYS_COMPARED = 7


class Sentiment(StrEnum):
    """What an expression is taken for."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


_SENTIMENT_OF: Mapping[Emotion, Sentiment] = {
    Emotion.ANGRY: Sentiment.NEGATIVE,
    Emotion.DISGUST: Sentiment.NEGATIVE,
    Emotion.FEAR: Sentiment.NEGATIVE,
    Emotion.HAPPY: Sentiment.POSITIVE,
    Emotion.SAD: Sentiment.NEGATIVE,
    Emotion.SURPRISE: Sentiment.NEUTRAL,
    Emotion.NEUTRAL: Sentiment.NEUTRAL,
}


@dataclass(frozen=True)
class SentimentCounts:
    """In how many moments, two a second for each face, an expression was taken for what."""

    positive: int = 0
    neutral: int = 0
    negative: int = 0

    @property
    def total(self) -> int:
        """All moments."""
        return self.positive + self.neutral + self.negative

    @property
    def minutes(self) -> float:
        """Minutes of faces that were seen; two faces for one minute are two."""
        return self.total / _MOMENTS_PER_MINUTE

    @property
    def is_comparable(self) -> bool:
        """Whether enough was seen to be compared with."""
        return self.minutes >= _LEAST_COMPARED_MINUTES

    def share(self, sentiment: Sentiment) -> float | None:
        """Return the share of one in all moments, in [0, 1]; None where nothing was seen."""
        count: int = getattr(self, sentiment.value)
        return count / self.total if self.total else None


@dataclass(frozen=True)
class CameraSentiment:
    """One camera's expressions, and those of the time before."""

    camera_id: int
    now: SentimentCounts
    before: SentimentCounts


@dataclass(frozen=True)
class SentimentFigures:
    """The expressions of some days.

    Attributes:
        now: all of them.
        before: those of the days before, see `days_before`.
        by_hour: twenty-four hours of the reader's day.
        by_camera: most seen first; cameras of which nothing was seen in either time are left out.
    """

    now: SentimentCounts
    before: SentimentCounts
    by_hour: Sequence[SentimentCounts]
    by_camera: Sequence[CameraSentiment]


def days_before(first: date, last: date) -> tuple[date, date]:
    """Return the days that some days are compared with: the week before them, or as many days where they are more."""
    count = max(_LEAST_DAYS_COMPARED, (last - first).days + 1)
    return first - timedelta(days=count), first - timedelta(days=1)


def count_sentiment(now: Sequence[SeenQuarter], before: Sequence[SeenQuarter], zone: ZoneInfo) -> SentimentFigures:
    """Count.

    Args:
        now: what faces showed in the days.
        before: what they showed in the days before.
        zone: the reader's time zone, whose hours are counted.
    """
    by_hour = _grouped(now, lambda quarter: quarter.began_at.astimezone(zone).hour)
    of_now, of_before = _grouped(now, _camera_of), _grouped(before, _camera_of)
    nothing = SentimentCounts()
    cameras = [
        CameraSentiment(camera_id, of_now.get(camera_id, nothing), of_before.get(camera_id, nothing))
        for camera_id in sorted(of_now.keys() | of_before.keys())
    ]
    return SentimentFigures(
        now=_counts(now),
        before=_counts(before),
        by_hour=[by_hour.get(hour, SentimentCounts()) for hour in range(24)],
        by_camera=sorted(cameras, key=lambda camera: -camera.now.total),
    )


def _camera_of(quarter: SeenQuarter) -> int:
    return quarter.camera_id


def _grouped(quarters: Iterable[SeenQuarter], key_of: Callable[[SeenQuarter], _Key]) -> dict[_Key, SentimentCounts]:
    groups: dict[_Key, list[SeenQuarter]] = {}
    for quarter in quarters:
        groups.setdefault(key_of(quarter), []).append(quarter)
    return {key: _counts(group) for key, group in groups.items()}


def _counts(quarters: Iterable[SeenQuarter]) -> SentimentCounts:
    counts: Counter[str] = Counter()
    for quarter in quarters:
        for emotion, count in zip(EMOTIONS, quarter.counts, strict=True):
            counts[_SENTIMENT_OF[emotion].value] += count
    return SentimentCounts(**counts)
