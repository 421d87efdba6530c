"""The last minute says what was seen, and admits what was not."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.insights.last_minute import FaceObservation, FrameObservation, last_minute

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
HAPPY, ANGRY = FaceObservation(1, "happy", 0.8, False), FaceObservation(1, "angry", 0.6, False)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def observations(begin_s: float, end_s: float, *faces: FaceObservation) -> list[FrameObservation]:
    """Return two looks a second, from one time ago to another."""
    return [FrameObservation(ago(half / 2), faces) for half in range(int(begin_s * 2), int(end_s * 2), -1)]


def test_a_face_that_looks_the_same_is_one_stretch_with_its_mean() -> None:
    bright = FaceObservation(1, "happy", 0.6, False)
    (stretch,) = last_minute([*observations(10, 5, HAPPY), *observations(5, 0, bright)], NOW).stretches
    assert (stretch.began_at, stretch.ended_at) == (ago(10), ago(0.5))
    assert stretch.confidence == pytest.approx(0.7)


def test_another_look_begins_another_stretch_where_the_first_ends() -> None:
    first, second = last_minute([*observations(10, 5, HAPPY), *observations(5, 0, ANGRY)], NOW).stretches
    assert (first.emotion, second.emotion) == ("happy", "angry")
    assert first.ended_at == second.began_at == ago(5)


def test_an_alert_begins_a_stretch_of_its_own() -> None:
    alerting = FaceObservation(1, "angry", 0.9, True)
    stretches = last_minute([*observations(4, 2, ANGRY), *observations(2, 0, alerting)], NOW).stretches
    assert [stretch.alerting for stretch in stretches] == [False, True]


def test_an_alert_is_one_stretch_with_its_highest_level_whatever_the_levels_between() -> None:
    low, high = (FaceObservation(1, "angry", None, True, level) for level in (AlertLevel.LOW, AlertLevel.HIGH))
    (stretch,) = last_minute(
        [*observations(6, 4, low), *observations(4, 2, high), *observations(2, 0, low)], NOW
    ).stretches
    assert stretch.level is AlertLevel.HIGH


def test_two_faces_are_told_apart() -> None:
    other = FaceObservation(2, "sad", 0.5, False)
    stretches = last_minute([*observations(4, 2, HAPPY, other), *observations(2, 0, HAPPY)], NOW).stretches
    assert [(one.track_id, one.ended_at) for one in stretches] == [(1, ago(0.5)), (2, ago(2))]


def test_what_lies_between_two_far_looks_is_a_gap_and_no_stretch() -> None:
    minute = last_minute([*observations(60, 40, HAPPY), *observations(20, 0, HAPPY)], NOW)
    assert [(gap.began_at, gap.ended_at) for gap in minute.gaps] == [(ago(40.5), ago(20))]
    assert [(one.began_at, one.ended_at) for one in minute.stretches] == [(ago(60), ago(40.5)), (ago(20), ago(0.5))]


def test_nobody_in_the_picture_is_known_and_no_gap() -> None:
    minute = last_minute(observations(60, 0), NOW)
    assert (minute.stretches, minute.gaps) == ((), ())


def test_a_camera_that_nobody_looked_at_is_one_gap() -> None:
    minute = last_minute([], NOW)
    assert [(gap.began_at, gap.ended_at) for gap in minute.gaps] == [(ago(60), NOW)]


def test_what_is_older_than_a_minute_is_left_out() -> None:
    (stretch,) = last_minute(observations(90, 0, HAPPY), NOW).stretches
    assert stretch.began_at == ago(60)


def test_a_face_that_cannot_be_read_has_no_share() -> None:
    (stretch,) = last_minute(observations(3, 0, FaceObservation(1, None, None, False)), NOW).stretches
    assert (stretch.emotion, stretch.confidence) == (None, None)
