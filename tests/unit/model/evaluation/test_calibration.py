import numpy as np
import pytest

from model.evaluation.calibration import (
    choose_anger_threshold,
    expected_calibration_error,
    fit_temperature,
    reliability,
)
from model.inference import calibrated_scores


def test_the_temperature_undoes_an_overconfident_network() -> None:
    random = np.random.default_rng(2)
    honest = random.normal(0, 1.5, (20_000, 7)).astype(np.float32)
    scores = calibrated_scores(honest, 1.0)
    labels = np.array([random.choice(7, p=row / row.sum()) for row in scores.astype(np.float64)])

    assert fit_temperature(honest * 3, labels) == pytest.approx(3, rel=0.05)


def test_scores_are_a_distribution_even_for_huge_logits() -> None:
    scores = calibrated_scores(np.array([[1000, 0, -1000, 0, 0, 0, 0]], np.float32), 1.0)

    assert scores.dtype == np.float32
    assert scores.sum() == pytest.approx(1)
    assert scores[0, 0] == pytest.approx(1)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy() -> None:
    sure = np.array([[0.9, 0.1, 0, 0, 0, 0, 0]] * 10, np.float32)

    assert expected_calibration_error(np.array([0] * 9 + [1]), sure) == pytest.approx(0, abs=1e-6)
    assert expected_calibration_error(np.array([0] * 4 + [1] * 6), sure) == pytest.approx(0.5, abs=1e-6)


def test_the_chosen_threshold_is_the_highest_that_finds_enough_angry_faces() -> None:
    angry = [0.9, 0.8, 0.7, 0.6, 0.2]
    scores = np.array([[score, *[(1 - score) / 6] * 6] for score in [*angry, 0.65, 0.1]], np.float32)
    labels = np.array([0] * 5 + [6] * 2)

    point = choose_anger_threshold(labels, scores, target_recall=0.8)

    assert point.threshold == pytest.approx(0.6, abs=1e-3)
    assert point.recall == pytest.approx(0.8)
    assert point.precision == pytest.approx(0.8)


def test_a_threshold_needs_an_angry_face() -> None:
    with pytest.raises(ValueError, match="no angry face"):
        choose_anger_threshold(np.array([3]), np.full((1, 7), 1 / 7, np.float32))


def test_reliability_sets_how_sure_against_how_often_right() -> None:
    scores = np.array([[0.9, 0.1]] * 4 + [[0.4, 0.6]] * 2, np.float32)

    rows = reliability(np.array([0, 0, 0, 1, 1, 1]), scores, bins=5)

    assert [row["faces"] for row in rows] == [2, 4]
    assert [row["confidence"] for row in rows] == pytest.approx([0.6, 0.9])
    assert [row["accuracy"] for row in rows] == pytest.approx([1, 0.75])


def test_the_threshold_is_chosen_on_the_column_that_is_anger() -> None:
    scores = np.array([[0.2, 0.8], [0.7, 0.3]], np.float32)

    point = choose_anger_threshold(np.array([1, 0]), scores, angry=1)

    assert (point.recall, point.precision) == (1, 1)
