"""Positive, neutral and negative expressions, over the day, by camera, and beside the days before."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from webapp.domain.insights.scores import SeenQuarter
from webapp.domain.insights.sentiment import Sentiment, SentimentCounts, count_sentiment, days_before
from webapp.domain.vision.emotions import EMOTIONS, Emotion

KOLKATA = ZoneInfo("Asia/Kolkata")
BEGIN = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)


def quarter(camera_id=1, begin=BEGIN, **counts):
    return SeenQuarter(begin, tuple(counts.get(emotion.value, 0) for emotion in EMOTIONS), camera_id)


def test_each_expression_counts_for_one_of_three():
    every = quarter(**{emotion.value: 10**number for number, emotion in enumerate(EMOTIONS)})
    figures = count_sentiment([every], [], ZoneInfo("UTC"))
    parts = {Sentiment.POSITIVE: 0, Sentiment.NEUTRAL: 0, Sentiment.NEGATIVE: 0}
    for number, emotion in enumerate(EMOTIONS):
        kind = {Emotion.HAPPY: Sentiment.POSITIVE, Emotion.NEUTRAL: Sentiment.NEUTRAL}.get(emotion, Sentiment.NEGATIVE)
        parts[Sentiment.NEUTRAL if emotion is Emotion.SURPRISE else kind] += 10**number
    assert figures.now == SentimentCounts(**parts)
    assert figures.now.total == 1_111_111


def test_hours_are_the_readers_own_and_shares_are_of_what_was_seen_then():
    figures = count_sentiment(
        [quarter(happy=30, angry=10), quarter(begin=BEGIN + timedelta(hours=1), sad=5)], [], KOLKATA
    )
    assert [hour for hour, counts in enumerate(figures.by_hour) if counts.total] == [9, 10]
    assert figures.by_hour[9].share(Sentiment.POSITIVE) == 0.75
    assert figures.by_hour[10].share(Sentiment.NEGATIVE) == 1
    assert figures.by_hour[3].share(Sentiment.POSITIVE) is None


def test_cameras_stand_with_the_most_seen_first_and_beside_what_was_before():
    now, before = (
        [quarter(1, happy=1), quarter(2, happy=5), quarter(2, sad=5)],
        [quarter(3, neutral=4), quarter(2, sad=2)],
    )
    figures = count_sentiment(now, before, KOLKATA)
    assert [(one.camera_id, one.now.total, one.before.total) for one in figures.by_camera] == [
        (2, 10, 2),
        (1, 1, 0),
        (3, 0, 4),
    ]
    assert figures.before.total == 6


def test_too_little_is_not_compared():
    assert SentimentCounts(neutral=1200).minutes == 10
    assert SentimentCounts(neutral=1200).is_comparable
    assert not SentimentCounts(neutral=1199).is_comparable


@pytest.mark.parametrize(
    ("first", "last", "begin", "end"),
    [
        (date(2026, 3, 8), date(2026, 3, 8), date(2026, 3, 1), date(2026, 3, 7)),
        (date(2026, 3, 8), date(2026, 3, 14), date(2026, 3, 1), date(2026, 3, 7)),
        (date(2026, 3, 11), date(2026, 3, 20), date(2026, 3, 1), date(2026, 3, 10)),
    ],
)
def test_some_days_are_compared_with_the_week_before_and_more_with_as_many(first, last, begin, end):
    assert days_before(first, last) == (begin, end)
