import numpy as np
import pytest
from sklearn.metrics import average_precision_score, balanced_accuracy_score, f1_score

from model.evaluation.metrics import (
    anger_at_threshold,
    anger_average_precision,
    classification_report,
    majority_accuracy,
    wilson_interval,
)

RANDOM = np.random.default_rng(5)
LABELS = RANDOM.integers(0, 7, 500)
SCORES = RANDOM.dirichlet(np.ones(7), 500).astype(np.float32)
SCORES[np.arange(500), LABELS] += 0.2
SCORES /= SCORES.sum(axis=1, keepdims=True)


def angry_scores(*angry: float) -> np.ndarray:
    return np.array([[score, *[(1 - score) / 6] * 6] for score in angry], dtype=np.float32)


def test_the_report_agrees_with_scikit_learn() -> None:
    report = classification_report(LABELS, SCORES)
    predicted = SCORES.argmax(axis=1)

    assert report["accuracy"] == pytest.approx((predicted == LABELS).mean())
    assert report["macro_f1"] == pytest.approx(f1_score(LABELS, predicted, average="macro"))
    assert report["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(LABELS, predicted))
    assert anger_average_precision(LABELS, SCORES) == pytest.approx(average_precision_score(LABELS == 0, SCORES[:, 0]))


def test_an_emotion_that_does_not_occur_counts_in_no_mean() -> None:
    report = classification_report(np.array([0, 0, 3]), np.eye(7, dtype=np.float32)[[0, 0, 3]])

    assert report["macro_f1"] == 1
    assert report["balanced_accuracy"] == 1
    assert report["per_class"]["fear"]["support"] == 0


def test_anger_at_a_threshold_counts_scores_that_reach_it() -> None:
    point = anger_at_threshold(np.array([0, 0, 0, 6, 6]), angry_scores(0.9, 0.5, 0.1, 0.5, 0.2), 0.5)

    assert point.recall == pytest.approx(2 / 3)
    assert point.precision == pytest.approx(2 / 3)
    assert point.false_positive_rate == pytest.approx(1 / 2)
    assert point.precision_low < point.precision < point.precision_high


def test_the_interval_is_wilsons() -> None:
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson_interval(0, 0) == (0, 1)


def test_faces_without_a_majority_do_not_count() -> None:
    scores = np.eye(7, dtype=np.float32)[[0, 1, 2]]

    assert majority_accuracy(np.array([0, -1, 3]), scores) == pytest.approx(0.5)
    assert majority_accuracy(np.array([-1, -1, -1]), scores) == 0
