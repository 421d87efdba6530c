"""When a known face is classified again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.vision import ANGRY, CALM, scores_of
from tests.support.clocks import START
from webapp.domain.alerts.classify_schedule import ClassifySchedule, Reading, is_as_before
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.vision.tracks import PersonTrack

SETTLED = PersonTrack(
    1, (0.0, 0.0, 50.0, 50.0), START, START, scores=CALM, smoothed=CALM, read_count=9, read_at=START, looked_at=START
)
RULE = AlertRule(enter_threshold=0.5, exit_threshold=0.4)


def due(track: PersonTrack, after_s: float, **state: bool) -> Reading:
    return ClassifySchedule(0.3).due(track, START + timedelta(seconds=after_s), RULE, **state)


def is_due(track: PersonTrack, after_s: float, **state: bool) -> bool:
    return due(track, after_s, **state) is not Reading.NONE


def test_a_calm_face_is_classified_every_so_often() -> None:
    assert [is_due(SETTLED, after_s) for after_s in (0.08, 0.16, 0.25, 0.3, 1.0)] == [False, False, False, True, True]


@pytest.mark.parametrize(
    "track",
    [
        replace(SETTLED, read_at=None, scores=None, smoothed=None, read_count=0),
        replace(SETTLED, smoothed=scores_of(angry=0.25)),
        replace(SETTLED, scores=scores_of(angry=0.12)),
        replace(SETTLED, scores=ANGRY),
    ],
    ids=["never", "near an alert", "changing", "angry at once"],
)
def test_a_face_of_which_something_may_come_is_classified_at_once(track: PersonTrack) -> None:
    assert due(track, 0.08) is Reading.WHOLE


@pytest.mark.parametrize("track", [replace(SETTLED, read_count=2), replace(SETTLED, scores=None)], ids=["new", "back"])
def test_a_calm_face_that_is_new_or_back_is_glanced_at_at_once(track: PersonTrack) -> None:
    assert due(track, 0.08) is Reading.GLANCE
    assert due(track, 3.0) is Reading.WHOLE


def test_a_face_that_may_be_another_is_classified_at_once() -> None:
    assert due(SETTLED, 0.08, is_doubted=True) is Reading.WHOLE


def test_a_face_with_an_open_alert_is_classified_once_a_second_and_glanced_at_between() -> None:
    angry = replace(SETTLED, scores=ANGRY, smoothed=ANGRY)
    readings = [due(angry, after_s, is_alerting=True) for after_s in (0.08, 0.3, 0.6, 1.0)]
    assert readings == [Reading.NONE, Reading.GLANCE, Reading.GLANCE, Reading.WHOLE]
    calming = replace(angry, scores=scores_of(angry=0.5, neutral=0.5))
    assert due(calming, 0.08, is_alerting=True) is Reading.WHOLE


def test_without_an_interval_every_view_is_classified() -> None:
    assert ClassifySchedule(0.0).due(SETTLED, START, RULE) is Reading.WHOLE


def test_for_a_while_a_glance_at_a_calm_face_does() -> None:
    assert [due(SETTLED, after_s) for after_s in (0.3, 1.0, 2.0, 4.0)] == [*[Reading.GLANCE] * 2, *[Reading.WHOLE] * 2]
    glanced_at = replace(SETTLED, looked_at=START + timedelta(seconds=1.8))
    assert [due(glanced_at, after_s) for after_s in (1.9, 2.0, 2.1)] == [Reading.NONE, Reading.NONE, Reading.WHOLE]


def test_what_a_glance_finds_near_an_alert_or_changed_is_not_as_before() -> None:
    smiling, scowling = scores_of(happy=0.9, neutral=0.1), scores_of(angry=0.12, neutral=0.88)
    assert is_as_before(CALM, None, RULE)
    assert is_as_before(CALM, CALM, RULE)
    assert is_as_before(smiling, None, RULE)
    assert not is_as_before(smiling, CALM, RULE)
    assert not is_as_before(scowling, scowling, RULE)
    assert is_as_before(scowling, scowling, replace(RULE, enter_threshold=0.6, exit_threshold=0.5))


def test_a_poster_is_classified_once_a_second_unless_something_may_come_of_it() -> None:
    assert [is_due(SETTLED, after_s, is_poster=True) for after_s in (0.3, 0.9, 1.0)] == [False, False, True]
    assert is_due(SETTLED, 0.3, is_poster=True, is_alerting=True)
    assert is_due(replace(SETTLED, scores=ANGRY), 0.1, is_poster=True)


def test_at_a_glance_an_alert_goes_on_while_the_face_calls_for_one() -> None:
    assert is_as_before(ANGRY, None, RULE, is_alerting=True)
    assert not is_as_before(CALM, None, RULE, is_alerting=True)
    assert not is_as_before(scores_of(angry=0.6, neutral=0.4), ANGRY, RULE, is_alerting=True)
