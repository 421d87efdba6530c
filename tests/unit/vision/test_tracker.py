"""Faces keep their ids."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.fakes import ANGRY, detections, scores_of
from webapp.domain.faces import FaceDetections
from webapp.settings import load_settings
from webapp.vision.tracker import FaceTracker

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


@pytest.fixture
def tracker() -> FaceTracker:
    return FaceTracker(load_settings(track_max_gap_s=1.0, smoothing_s=1.0))


def box(x: float, y: float = 100.0, side: float = 80.0) -> tuple[float, float, float, float]:
    return (x, y, x + side, y + side)


def test_ids_count_from_one_and_stay_while_faces_move(tracker: FaceTracker) -> None:
    for step in range(30):
        tracks = tracker.update(detections(box(100 + 5 * step), box(600 - 5 * step, 300)), at(step / 12))
    assert [track.track_id for track in tracks] == [1, 2]
    assert tracker.visible == {0: 1, 1: 2}


def test_detections_may_change_their_order(tracker: FaceTracker) -> None:
    tracker.update(detections(box(100), box(500)), at(0))
    tracker.update(detections(box(502), box(101)), at(0.1))
    assert tracker.visible == {0: 2, 1: 1}


def test_a_short_gap_is_bridged(tracker: FaceTracker) -> None:
    tracker.update(detections(box(100)), at(0))
    living = tracker.update(FaceDetections.none(), at(0.5))
    assert [track.track_id for track in living] == [1]
    assert tracker.visible == {}
    tracker.update(detections(box(110)), at(0.9))
    assert tracker.visible == {0: 1}


def test_a_long_gap_ends_the_track_and_a_new_face_gets_a_new_id(tracker: FaceTracker) -> None:
    tracker.update(detections(box(100)), at(0))
    assert tracker.update(FaceDetections.none(), at(1.2)) == []
    tracker.update(detections(box(100)), at(1.3))
    assert tracker.visible == {0: 2}


def test_two_faces_that_cross_keep_their_ids(tracker: FaceTracker) -> None:
    for step in range(41):
        left, right = box(100 + 10 * step, 100), box(500 - 10 * step, 130)
        tracker.update(detections(left, right), at(step / 12))
    assert tracker.visible == {0: 1, 1: 2}


def test_two_faces_that_hide_each_other_while_they_cross_keep_their_ids(tracker: FaceTracker) -> None:
    for step in range(41):
        left, right = box(100 + 10 * step, 100), box(500 - 10 * step, 100)
        seen = detections(left) if 18 <= step <= 22 else detections(left, right)
        tracker.update(seen, at(step / 12))
    assert tracker.visible == {0: 1, 1: 2}


@pytest.mark.parametrize("other", [box(400), box(100, side=200.0), box(100, 400)])
def test_a_face_elsewhere_or_of_another_size_is_another_face(tracker: FaceTracker, other: tuple[float, ...]) -> None:
    tracker.update(detections(box(100)), at(0))
    tracker.update(detections(other), at(0.1))
    assert tracker.visible == {0: 2}


def test_reading_smooths_over_time(tracker: FaceTracker) -> None:
    for step in range(3):
        tracker.update(detections(box(100)), at(step * 0.1))
        track = tracker.read(1, scores_of(neutral=1.0), at(step * 0.1))
    tracker.update(detections(box(100)), at(0.3))
    track = tracker.read(1, ANGRY, at(0.3))
    assert track.scores == ANGRY
    assert track.smoothed is not None
    assert 0.0 < track.smoothed.probabilities[0] < 0.5
    assert track.read_count == 4


def test_a_face_that_is_not_seen_abstains(tracker: FaceTracker) -> None:
    tracker.update(detections(box(100)), at(0))
    tracker.read(1, ANGRY, at(0))
    living = tracker.update(FaceDetections.none(), at(0.1))
    assert living[0].scores is None
    assert living[0].smoothed == ANGRY


def test_expected_boxes_lie_ahead_of_moving_faces(tracker: FaceTracker) -> None:
    assert tracker.expected_xyxy(at(0)).shape == (0, 4)
    for step in range(10):
        tracker.update(detections(box(100 + 10 * step)), at(step / 10))
    ahead = tracker.expected_xyxy(at(1.0))
    assert ahead.dtype == np.float32
    assert ahead[0, 0] == pytest.approx(200, abs=3)
