"""Figures by the quality of the pictures, with a network made up for the purpose."""

import numpy as np
import pytest

from model.data.faces import LabelledFaces
from model.evaluation.quality import conditions, figures_by_quality, robustness

EMOTIONS = ("happy", "angry")


def two_greys(count: int) -> LabelledFaces:
    """Return faces of which the dark ones are angry; their contrast rises from the first to the last."""
    labels = np.arange(count) % 2
    pictures = np.where(labels == 1, 60, 180)[:, None, None] * np.ones((1, 48, 48))
    pictures[:, ::2] += np.arange(count)[:, None, None]
    return LabelledFaces(pictures.astype(np.uint8), labels, emotions=EMOTIONS)


def angry_where_dark(faces_gray: np.ndarray) -> np.ndarray:
    angry = np.where(faces_gray.mean(axis=(1, 2)) < 100, 0.9, 0.1)
    return np.stack([1 - angry, angry], axis=1).astype(np.float32)


def test_the_first_row_is_of_the_faces_as_they_are_and_one_of_each_condition_follows() -> None:
    rows = list(robustness(angry_where_dark, two_greys(8), 0.5))

    assert rows[0] == {
        "degradation": "none", "level": 0.0, "accuracy": 1, "recall": {"happy": 1, "angry": 1},
        "anger_recall": 1, "anger_recall_low": pytest.approx(0.51, abs=0.01), "anger_recall_high": 1,
        "anger_false_positive_rate": 0,
    }  # fmt: skip
    assert [(row["degradation"], row["level"]) for row in rows[1:]] == [
        (kind.name, level) for kind, level in conditions(48)
    ]


def test_dark_pictures_are_all_taken_for_angry() -> None:
    rows = {(row["degradation"], row["level"]): row for row in robustness(angry_where_dark, two_greys(8), 0.5)}

    assert rows["brightness", 0.25]["anger_false_positive_rate"] == 1
    assert rows["brightness", 0.25]["recall"] == {"happy": 0, "angry": 1}
    assert rows["size", 12]["accuracy"] == 1


def test_without_a_threshold_there_are_no_figures_of_anger() -> None:
    assert all("anger_recall" not in row for row in robustness(angry_where_dark, two_greys(4), None))


def test_bins_are_equally_full_and_rise() -> None:
    split = two_greys(20)
    bins = figures_by_quality(split, angry_where_dark(split.faces_gray), 0.5)["contrast"]

    assert [row["faces"] for row in bins] == [4] * 5
    assert [row["low"] for row in bins] == sorted(row["low"] for row in bins)
    assert all(row["low"] <= row["high"] for row in bins)


def test_the_poorest_bin_tells_of_its_own_faces() -> None:
    split = two_greys(20)
    scores = angry_where_dark(split.faces_gray)
    scores[:4] = scores[:4, ::-1]

    accuracies = [row["accuracy"] for row in figures_by_quality(split, scores, 0.5)["contrast"]]

    assert accuracies == [0, 1, 1, 1, 1]


def test_fewer_faces_than_bins_give_fewer_bins() -> None:
    split = two_greys(2)

    assert len(figures_by_quality(split, angry_where_dark(split.faces_gray), 0.5)["sharpness"]) == 2
