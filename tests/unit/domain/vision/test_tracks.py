from datetime import timedelta

import pytest

from tests.support.clocks import START
from tests.unit.domain.alerts.played_policy import scores
from webapp.domain.vision.emotions import Emotion, EmotionScores
from webapp.domain.vision.tracks import PersonTrack

NEW = PersonTrack(1, (0, 0, 10, 10), START, START)


def read_each(track: PersonTrack, views: list[float], step_s: float = 0.1, time_constant_s: float = 1.0) -> PersonTrack:
    for index, angry in enumerate(views):
        at = START + timedelta(seconds=index * step_s)
        track = track.read(scores(angry), at, time_constant_s=time_constant_s)
    return track


def test_a_track_that_was_never_read_has_no_emotion():
    assert NEW.emotion is None


def test_a_young_track_is_the_plain_mean_of_its_views():
    assert read_each(NEW, [0.9, 0.1, 0.2]).smoothed.of(Emotion.ANGRY) == pytest.approx(0.4)


def test_one_odd_view_hardly_moves_an_old_track():
    smoothed = read_each(NEW, [0.1] * 40 + [0.9]).smoothed
    assert smoothed.of(Emotion.ANGRY) < 0.2


def test_a_lasting_change_is_followed_within_three_time_constants():
    smoothed = read_each(NEW, [0.1] * 40 + [0.9] * 30).smoothed
    assert smoothed.of(Emotion.ANGRY) > 0.8


def test_smoothing_does_not_depend_on_the_frame_rate():
    slow = read_each(NEW, [0.1] * 20 + [0.9] * 10, step_s=0.1)
    fast = read_each(NEW, [0.1] * 80 + [0.9] * 40, step_s=0.025)
    assert slow.smoothed.of(Emotion.ANGRY) == pytest.approx(fast.smoothed.of(Emotion.ANGRY), abs=0.03)


def test_moving_a_track_clears_the_view_but_keeps_the_average():
    moved = read_each(NEW, [0.5]).seen((5, 5, 15, 15), START)
    assert moved.scores is None
    assert moved.smoothed is not None


def test_scores_need_one_probability_per_emotion():
    with pytest.raises(ValueError, match="expected 7"):
        EmotionScores((0.5, 0.5))
