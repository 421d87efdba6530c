"""When a known face is classified again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.vision import ANGRY, CALM, scores_of
from tests.support.clocks import START
from webapp.domain.alerts.classify_schedule import ClassifySchedule
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.vision.tracks import PersonTrack

SETTLED = PersonTrack(1, (0.0, 0.0, 50.0, 50.0), START, START, scores=CALM, smoothed=CALM, read_count=9, read_at=START)
RULE = AlertRule(enter_threshold=0.5, exit_threshold=0.4)


def is_due(track: PersonTrack, after_s: float, **state: bool) -> bool:
    return ClassifySchedule(0.3).is_due(track, START + timedelta(seconds=after_s), RULE, **state)


def test_a_calm_face_is_classified_every_so_often() -> None:
    assert [is_due(SETTLED, after_s) for after_s in (0.08, 0.16, 0.25, 0.3, 1.0)] == [False, False, False, True, True]


@pytest.mark.parametrize(
    "track",
    [
        replace(SETTLED, read_count=2),
        replace(SETTLED, read_at=None, scores=None, smoothed=None, read_count=0),
        replace(SETTLED, scores=None),
        replace(SETTLED, smoothed=scores_of(angry=0.25)),
        replace(SETTLED, scores=scores_of(angry=0.12)),
        replace(SETTLED, scores=ANGRY),
    ],
    ids=["new", "never", "abstained", "near an alert", "changing", "angry at once"],
)
def test_a_face_of_which_something_may_come_is_classified_at_once(track: PersonTrack) -> None:
    assert is_due(track, 0.08)


def test_an_alert_and_a_face_that_may_be_another_are_classified_at_once() -> None:
    assert is_due(SETTLED, 0.08, is_alerting=True)
    assert is_due(SETTLED, 0.08, is_doubted=True)


def test_without_an_interval_every_view_is_classified() -> None:
    assert ClassifySchedule(0.0).is_due(SETTLED, START, RULE)


def test_a_poster_is_classified_once_a_second_unless_something_may_come_of_it() -> None:
    assert [is_due(SETTLED, after_s, is_poster=True) for after_s in (0.3, 0.9, 1.0)] == [False, False, True]
    assert is_due(SETTLED, 0.1, is_poster=True, is_alerting=True)
    assert is_due(replace(SETTLED, scores=ANGRY), 0.1, is_poster=True)
