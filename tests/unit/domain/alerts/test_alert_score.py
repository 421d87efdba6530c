import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.vision import scores_of
from webapp.domain.alerts.score import AGAINST_FLOOR, FLOOR, AlertReadout
from webapp.domain.vision.emotions import Emotion, EmotionScores

SNARL = frozenset({Emotion.ANGRY, Emotion.DISGUST})
READOUT = AlertReadout(gain=2.0, bias=0.0, against=((Emotion.NEUTRAL, 0.5), (Emotion.SAD, 0.25)))


def test_the_margin_sets_the_alerting_emotions_against_the_others():
    scores = scores_of(angry=0.2, disgust=0.1, sad=0.3)
    expected = math.log(0.3) - 0.5 * math.log(0.4) - 0.25 * math.log(0.3)
    assert READOUT.margin(scores, SNARL) == pytest.approx(expected)
    assert READOUT.score(scores, SNARL) == pytest.approx(1 / (1 + math.exp(-2 * expected)))


def test_of_two_faces_as_angry_the_less_neutral_one_alerts_first():
    calm, tense = scores_of(angry=0.3), scores_of(angry=0.3, fear=0.4)
    assert READOUT.score(tense, SNARL) > READOUT.score(calm, SNARL)


def test_an_emotion_that_alerts_does_not_speak_against_itself():
    sad = scores_of(sad=0.6)
    assert READOUT.margin(sad, {Emotion.SAD}) == pytest.approx(math.log(0.6) - 0.5 * math.log(0.4))


def test_what_hardly_shows_counts_no_less_than_the_floor():
    happy = EmotionScores((0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0))
    assert READOUT.margin(happy, SNARL) == pytest.approx(math.log(FLOOR) - 0.75 * math.log(AGAINST_FLOOR))


shares = st.lists(st.floats(0.001, 1), min_size=7, max_size=7)


@given(shares, st.floats(0.01, 0.5))
def test_the_score_stays_between_none_and_one_and_rises_with_anger(raw, more):
    scores = EmotionScores(tuple(share / sum(raw) for share in raw))
    angrier = EmotionScores((scores.probabilities[0] + more, *scores.probabilities[1:]))
    assert 0 < READOUT.score(scores, SNARL) <= READOUT.score(angrier, SNARL) < 1
