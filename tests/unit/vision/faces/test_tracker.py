"""Faces keep their ids."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from tests.fakes.vision import ANGRY, CALM, detections, scores_of
from webapp.domain.vision.face_linking import LostTrack, Sighting
from webapp.domain.vision.faces import FaceDetections
from webapp.domain.vision.tracks import PersonTrack
from webapp.vision.faces.tracker import FaceTracker

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SAD = scores_of(sad=1.0)


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


@pytest.fixture
def tracker() -> FaceTracker:
    return FaceTracker(max_gap_s=1.0, smoothing_s=1.0)


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
    assert tracker.expected(at(0)) == {}
    for step in range(10):
        tracker.update(detections(box(100 + 10 * step)), at(step / 10))
    ahead = tracker.expected(at(1.0))[1]
    assert ahead.dtype == np.float32
    assert ahead[0] == pytest.approx(200, abs=3)


def face(seed: int) -> np.ndarray:
    """Return a made-up face, uint8 (64, 64): soft spots, another for each seed."""
    coarse = np.random.default_rng(seed).uniform(0, 255, (6, 6)).astype(np.float32)
    return cv2.resize(coarse, (64, 64), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


def show(tracker: FaceTracker, begin_s: float, seconds: float, who: int, where: tuple[float, ...]) -> PersonTrack:
    """Show one face ten times a second and return its track."""
    for step in range(round(seconds * 10)):
        now = at(begin_s + step / 10)
        tracker.update(detections(where), now)
        (track_id,) = tracker.visible.values()
        track = tracker.read(track_id, ANGRY, now, face(who))
    return track


def hide(tracker: FaceTracker, begin_s: float, seconds: float) -> None:
    for step in range(round(seconds * 10)):
        tracker.update(FaceDetections.none(), at(begin_s + step / 10))


def test_a_face_that_turns_away_for_two_seconds_is_linked_to_itself(tracker: FaceTracker) -> None:
    show(tracker, 0, 3, 1, box(100))
    hide(tracker, 3, 2)
    track = show(tracker, 5, 1, 1, box(120))
    assert track.track_id == 2
    assert track.link is not None
    assert (track.link.track_id, track.link.missing_s) == (1, pytest.approx(2.1))
    assert track.link.likeness == pytest.approx(1.0, abs=0.01)


def test_the_next_in_the_queue_at_the_same_place_is_somebody_else(tracker: FaceTracker) -> None:
    show(tracker, 0, 3, 1, box(100))
    hide(tracker, 3, 1.2)
    assert show(tracker, 4.2, 1, 2, box(100)).link is None


@pytest.mark.parametrize("hidden_s", [0.3, 0.4, 1.0, 2.5])
def test_a_face_behind_a_hand_for_a_moment_is_linked_to_itself(tracker: FaceTracker, hidden_s: float) -> None:
    show(tracker, 0, 3, 1, box(100))
    show(tracker, 3, hidden_s, 2, box(100))
    track = show(tracker, 3 + hidden_s, 2, 1, box(100))
    assert track.link is not None
    assert track.link.track_id == 1


def test_a_face_that_comes_back_late_or_elsewhere_is_somebody_else(tracker: FaceTracker) -> None:
    show(tracker, 0, 3, 1, box(100))
    hide(tracker, 3, 4)
    assert show(tracker, 7, 1, 1, box(100)).link is None
    hide(tracker, 8, 2)
    assert show(tracker, 10, 1, 1, box(400)).link is None


def test_a_face_that_jumps_too_far_for_its_track_takes_over_from_it(tracker: FaceTracker) -> None:
    show(tracker, 0, 3, 1, box(100))
    track = show(tracker, 3, 1, 1, box(170))
    assert (track.track_id, track.link and track.link.track_id) == (2, 1)
    assert [one.track_id for one in tracker.living()] == [2]


def test_of_two_faces_only_one_is_the_lost_one(tracker: FaceTracker) -> None:
    show(tracker, 0, 3, 1, box(100))
    hide(tracker, 3, 1.5)
    for step in range(10):
        now = at(4.5 + step / 10)
        tracker.update(detections(box(60), box(150)), now)
        tracks = [tracker.read(tracker.visible[index], ANGRY, now, face(1)) for index in (0, 1)]
    assert [track.link is not None for track in tracks] == [True, False]


def test_while_nobody_looks_no_face_is_missing(tracker: FaceTracker) -> None:
    show(tracker, 0, 3, 1, box(100))
    track = show(tracker, 20, 1, 1, box(110))
    assert track.link is not None
    assert show(tracker, 55, 1, 1, box(110)).link is None  # After more than half a minute anybody may be there.


def test_a_face_of_an_earlier_process_is_found_again_by_place_and_size(tracker: FaceTracker) -> None:
    tracker.remember([LostTrack(-7, Sighting(at(0), box(100)))])
    track = show(tracker, 6, 1, 1, box(110))
    assert track.link is not None
    assert (track.link.track_id, track.link.likeness) == (-7, None)


def test_the_time_before_the_first_frame_is_none_in_which_a_face_of_an_earlier_process_was_missing(
    tracker: FaceTracker,
) -> None:
    tracker.remember([LostTrack(-7, Sighting(at(0), box(100)))])
    hide(tracker, 2.4, 1)
    track = show(tracker, 3.4, 1, 1, box(110))
    assert track.link is not None
    assert track.link.missing_s == pytest.approx(1.0, abs=0.05)


def test_a_face_elsewhere_is_none_of_an_earlier_process(tracker: FaceTracker) -> None:
    tracker.remember([LostTrack(-7, Sighting(at(0), box(100)))])
    assert show(tracker, 6, 1, 1, box(300)).link is None


def test_faces_that_are_let_go_are_not_found_again(tracker: FaceTracker) -> None:
    show(tracker, 0, 3, 1, box(100))
    tracker.forget()
    assert show(tracker, 3.2, 1, 1, box(100)).link is None


def test_a_face_that_takes_anothers_place_from_one_frame_to_the_next_is_somebody_else(tracker: FaceTracker) -> None:
    first = show(tracker, 0, 3, 1, box(100))
    second = show(tracker, 3, 2, 2, box(100))
    assert (first.track_id, second.track_id, second.link) == (1, 2, None)
    assert second.first_seen_at == at(3.2)
    assert [track.track_id for track in tracker.living()] == [2]
    assert tracker.visible == {0: 2}


def test_one_odd_view_changes_neither_a_face_nor_its_scores(tracker: FaceTracker) -> None:
    before = show(tracker, 0, 3, 1, box(100))
    for step, who in enumerate((2, 2, 1)):
        tracker.update(detections(box(100)), at(3 + step / 10))
        track = tracker.read(1, scores_of(neutral=1.0), at(3 + step / 10), face(who))
        assert track.read_count == before.read_count + (who == 1)
    assert track.track_id == 1


@pytest.mark.parametrize("rate_fps", [3, 5, 12, 30])
def test_the_rate_of_frames_does_not_decide_whom_a_face_is_linked_to(tracker: FaceTracker, rate_fps: int) -> None:
    for who, begin_s in ((1, 0), (1, 5), (2, 10)):
        tracker.update(FaceDetections.none(), at(begin_s - 0.5))
        for step in range(3 * rate_fps):
            now = at(begin_s + step / rate_fps)
            tracker.update(detections(box(100)), now)
            (track_id,) = tracker.visible.values()
            track = tracker.read(track_id, ANGRY, now, face(who))
        assert (track.link is not None) == (begin_s == 5)


@pytest.mark.parametrize("read_s", [(5.2, 5.3, 5.4), (5.2, 7.6, 10.0), (7.0, 9.8, 12.6)])
def test_a_face_is_linked_however_seldom_it_is_read(tracker: FaceTracker, read_s: Sequence[float]) -> None:
    """So slow is a machine that is busy elsewhere."""
    show(tracker, 0, 3, 1, box(100))
    for now_s in (4.2, *read_s):
        tracker.update(detections(box(100)) if now_s in read_s else FaceDetections.none(), at(now_s))
        for track_id in tracker.visible.values():
            track = tracker.read(track_id, ANGRY, at(now_s), face(1))
    assert track.link is not None
    assert track.link.track_id == 1


@pytest.mark.parametrize("fps", [0.5, 0.7, 0.95, 1.0])
def test_at_a_low_rate_a_face_keeps_its_track_from_frame_to_frame(fps: float) -> None:
    tracker = FaceTracker(max_gap_s=1.0)
    ids = {track.track_id for n in range(20) for track in tracker.update(detections(box(100)), at(n / fps))}
    assert len(ids) <= 2  # The first frames do not tell how far apart frames are.
    assert [track.track_id for track in tracker.living()] == [max(ids)]


def test_one_late_frame_does_not_hold_on_to_a_face_for_longer(tracker: FaceTracker) -> None:
    for step in range(10):
        tracker.update(detections(box(100)), at(step / 10))
    assert tracker.update(FaceDetections.none(), at(3.0)) == []


@pytest.mark.parametrize(("late_s", "is_same"), [(1.5, True), (2.4, True), (2.6, False), (3600.0, False)])
def test_a_face_at_its_place_is_the_same_after_one_late_frame(
    tracker: FaceTracker, late_s: float, is_same: bool
) -> None:
    """A search that takes long on a busy machine must not end an alert."""
    for step in range(10):
        tracker.update(detections(box(100)), at(step / 10))
    (track,) = tracker.update(detections(box(100)), at(0.9 + late_s))
    assert (track.track_id == 1) == is_same


def test_a_missing_face_is_looked_for_now_and_then(tracker: FaceTracker) -> None:
    for step in range(3):
        tracker.update(detections(box(100)), at(step / 10))
    sought = []
    for step in range(3, 12):
        sought.append(tracker.is_sought(1, at(step / 10)))
        tracker.update(detections(), at(step / 10))
    assert sought == [True, True, False, True, False, True, False, True, False]


def test_at_a_glance_the_scores_and_the_average_of_a_face_stand(tracker: FaceTracker) -> None:
    tracker.update(detections(box(100)), at(0))
    read = tracker.read(1, CALM, at(0), face(1))
    tracker.update(detections(box(100)), at(0.3))
    assert tracker.track(1).scores is None
    assert tracker.glance_before(1) is None
    tracker.keep(1, SAD, at(0.3), face(1))
    kept = tracker.track(1)
    assert (kept.scores, kept.smoothed, kept.read_at, kept.looked_at) == (CALM, read.smoothed, at(0), at(0.3))
    assert kept.read_count == 2
    tracker.update(detections(box(100)), at(0.6))
    tracker.keep(1, CALM, at(0.6), face(1))
    assert tracker.glance_before(1) == SAD  # The first since it was read: what changes slowly has changed, too.
    tracker.update(detections(box(100)), at(0.9))
    tracker.read(1, ANGRY, at(0.9), face(1))
    assert tracker.glance_before(1) is None


def test_another_face_is_not_kept_for_the_one_before_at_a_glance(tracker: FaceTracker) -> None:
    for step in range(3):
        tracker.update(detections(box(100)), at(step / 10))
        tracker.read(1, CALM, at(step / 10), face(1))
    tracker.update(detections(box(100)), at(0.6))
    tracker.keep(1, CALM, at(0.6), face(2))
    assert tracker.is_doubted(1)
    assert tracker.track(1).scores is None


def seen_with(confidence: float) -> FaceDetections:
    return replace(detections(box(100)), confidences=np.full(1, confidence, np.float32))


def test_a_face_that_no_look_is_sure_of_any_more_is_let_go_but_not_one_that_alerts(tracker: FaceTracker) -> None:
    for step in range(41):
        tracker.update(seen_with(0.6), at(step / 12))
    tracker.let_go_of_doubtful({1})
    assert len(tracker.living()) == 1
    tracker.let_go_of_doubtful(set())
    assert tracker.living() == []


def test_a_face_that_a_look_is_sure_of_now_and_then_stays(tracker: FaceTracker) -> None:
    for step in range(120):
        tracker.update(seen_with(0.9 if step % 30 == 0 else 0.6), at(step / 12))
        tracker.let_go_of_doubtful(set())
    assert [track.track_id for track in tracker.living()] == [1]
