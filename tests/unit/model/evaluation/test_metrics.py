"""The figures, against scikit-learn and against counts small enough to follow by hand."""

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import balanced_accuracy_score, precision_recall_fscore_support

from model.evaluation.metrics import (
    anger_at_threshold,
    anger_average_precision,
    anger_found,
    classification_report,
    confusion_matrix,
    false_alerts_of_consensus,
    majority_accuracy,
    precision_recall_points,
    wilson_interval,
)

EMOTIONS = ("happy", "sad", "angry", "neutral")


def angry_scores(*angry: float) -> np.ndarray:
    return np.array([[score, *[(1 - score) / 6] * 6] for score in angry], dtype=np.float32)


@st.composite
def labels_and_scores(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Faces of two to four emotions; some emotions may not occur, among the labels or the answers."""
    classes, faces = draw(st.integers(2, 4)), draw(st.integers(1, 40))
    labels = draw(st.lists(st.integers(0, classes - 1), min_size=faces, max_size=faces))
    random = np.random.default_rng(draw(st.integers(0, 1000)))
    return np.array(labels), random.dirichlet(np.full(classes, 0.5), faces).astype(np.float32)


@given(labels_and_scores())
def test_the_report_agrees_with_scikit_learn_for_any_classes(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    labels, scores = drawn
    emotions, predicted = EMOTIONS[: scores.shape[1]], scores.argmax(axis=1)
    expected = precision_recall_fscore_support(labels, predicted, labels=range(len(emotions)), zero_division=0)

    report = classification_report(labels, scores, emotions)

    assert list(report["per_class"]) == list(emotions)
    rows = [[row[key] for row in report["per_class"].values()] for key in ("precision", "recall", "f1", "support")]
    assert np.allclose(rows, np.stack(expected))
    assert report["accuracy"] == pytest.approx((predicted == labels).mean())
    assert report["macro_f1"] == pytest.approx(expected[2][expected[3] > 0].mean())
    assert np.sum(report["confusion_matrix"]) == len(labels)


@given(labels_and_scores())
def test_balanced_accuracy_is_scikit_learns(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    labels, scores = drawn
    # Scikit-learn warns of answers that are no label, so every emotion is made to occur once.
    labels = np.concatenate([labels, np.arange(scores.shape[1])])
    scores = np.concatenate([scores, np.eye(scores.shape[1], dtype=np.float32)])

    report = classification_report(labels, scores, EMOTIONS[: scores.shape[1]])

    assert report["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(labels, scores.argmax(axis=1)))


def test_an_emotion_that_does_not_occur_counts_in_no_mean() -> None:
    report = classification_report(np.array([0, 0, 3]), np.eye(7, dtype=np.float32)[[0, 0, 3]])

    assert report["macro_f1"] == 1
    assert report["balanced_accuracy"] == 1
    assert report["per_class"]["fear"]["support"] == 0


def test_the_confusion_matrix_has_labels_in_rows() -> None:
    counts = confusion_matrix(np.array([0, 0, 1]), np.array([1, 1, 1]), 2)

    assert counts.tolist() == [[0, 2], [0, 1]]


def test_anger_at_a_threshold_counts_scores_that_reach_it() -> None:
    point = anger_at_threshold(np.array([0, 0, 0, 6, 6]), angry_scores(0.9, 0.5, 0.1, 0.5, 0.2), 0.5)

    assert point.recall == pytest.approx(2 / 3)
    assert point.precision == pytest.approx(2 / 3)
    assert point.false_positive_rate == pytest.approx(1 / 2)
    assert point.precision_low < point.precision < point.precision_high


def test_anger_may_be_any_of_the_classes() -> None:
    scores = np.array([[0.9, 0.1], [0.2, 0.8]], dtype=np.float32)

    point = anger_at_threshold(np.array([0, 1]), scores, 0.5, angry=1)

    assert (point.recall, point.precision, point.false_positive_rate) == (1, 1, 0)
    assert anger_average_precision(np.array([0, 1]), scores, angry=1) == 1


def test_nothing_found_has_no_precision_and_says_that_nothing_is_known() -> None:
    found = anger_found(np.array([True, False]), np.array([False, False]))

    assert asdict(found) | {"recall_high": 0} == {
        "recall": 0, "recall_low": 0, "recall_high": 0,
        "precision": 0, "precision_low": 0, "precision_high": 1, "false_positive_rate": 0,
    }  # fmt: skip


def test_average_precision_does_not_depend_on_the_order_of_equal_scores() -> None:
    scores = angry_scores(0.5, 0.5, 0.5, 0.5)

    assert anger_average_precision(np.array([0, 0, 6, 6]), scores) == pytest.approx(0.5)
    assert anger_average_precision(np.array([6, 6, 0, 0]), scores) == pytest.approx(0.5)
    assert anger_average_precision(np.array([6, 6, 6, 6]), scores) == 0


def test_the_interval_is_wilsons() -> None:
    assert wilson_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson_interval(0, 0) == (0, 1)


def test_faces_without_a_majority_do_not_count() -> None:
    scores = np.eye(7, dtype=np.float32)[[0, 1, 2]]

    assert majority_accuracy(np.array([0, -1, 3]), scores) == pytest.approx(0.5)
    assert majority_accuracy(np.array([-1, -1, -1]), scores) == 0


def test_false_alerts_are_counted_where_a_share_of_the_agreed_angry_faces_is_found() -> None:
    happy, angry, disgust, nobody_knows = 0, 2, 3, -1
    majority = np.array([angry] * 10 + [happy] * 4 + [disgust, nobody_knows])
    scores = np.array([*np.arange(1, 11) / 10, 0.95, 0.35, 0.2, 0.1, 1, 1], dtype=np.float32)

    rows = false_alerts_of_consensus(majority, scores, angry, [disgust], recalls=(0.1, 0.8, 1))

    assert [row["recall"] for row in rows] == [0.1, 0.8, 1]
    assert [round(row["threshold"], 6) for row in rows] == [1, 0.3, 0.1]
    assert [row["false_positive_rate"] for row in rows] == [0, 0.5, 1]
    assert false_alerts_of_consensus(majority[10:], scores[10:], angry, [disgust]) == []


@given(labels_and_scores())
def test_the_curve_of_anger_holds_points_that_thresholds_give(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    labels, scores = drawn

    points = precision_recall_points(labels == 0, scores[:, 0], most=5)

    assert len(points) <= 5
    assert bool(points) == bool((labels == 0).any())
    assert [point["threshold"] for point in points] == sorted(point["threshold"] for point in points)
    for point in points:
        expected = anger_at_threshold(labels, scores, point["threshold"])
        assert (point["recall"], point["precision"]) == pytest.approx((expected.recall, expected.precision))
