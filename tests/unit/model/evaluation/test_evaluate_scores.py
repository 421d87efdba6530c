"""Which figures follow from a split's scores, for any set of emotions."""

from dataclasses import replace

import numpy as np
import pytest

from model.data.faces import VOTE_COLUMNS, LabelledFaces
from model.errors import DatasetUnreadable
from model.evaluation.evaluate import evaluate_model, evaluate_scores, faces_for
from model.evaluation.report import render_report
from model.labels import EMOTIONS
from tests.unit.model.evaluation.made_up_evaluation import guessing_model, made_up_faces


def faces(emotions: tuple[str, ...], *, votes: bool = False) -> LabelledFaces:
    """Return two faces of each emotion."""
    labels = np.repeat(np.arange(len(emotions)), 2)
    counts = np.zeros((len(labels), len(VOTE_COLUMNS)), np.float32)
    counts[:, VOTE_COLUMNS.index("anger")] = 10
    pictures = np.zeros((len(labels), 48, 48), np.uint8)
    return LabelledFaces(pictures, labels, votes=counts if votes else None, emotions=emotions)


def scores_of(labels: np.ndarray, classes: int) -> np.ndarray:
    """Return scores of 0.9 for the right emotion."""
    return np.where(np.eye(classes)[labels] > 0, 0.9, 0.1 / (classes - 1)).astype(np.float32)


def test_two_emotions_without_anger_have_no_figures_of_anger() -> None:
    split = faces(("happy", "sad"))

    figures = evaluate_scores(split, scores_of(split.labels, 2), 0.5)

    assert figures["accuracy"] == 1
    assert list(figures["per_class"]) == ["happy", "sad"]
    assert not [key for key in figures if key.startswith("anger")]


def test_anger_is_found_by_its_name() -> None:
    split = faces(("happy", "neutral", "angry"))

    figures = evaluate_scores(split, scores_of(split.labels, 3), 0.5)

    assert figures["anger_at_argmax"]["recall"] == 1
    assert figures["anger_at_threshold"]["precision"] == 1
    assert figures["anger_average_precision"] == 1


def test_without_a_threshold_there_is_no_operating_point() -> None:
    split = faces(EMOTIONS)

    assert "anger_at_threshold" not in evaluate_scores(split, scores_of(split.labels, 7), None)


def test_votes_are_compared_where_there_are_any() -> None:
    split = faces(EMOTIONS, votes=True)

    assert evaluate_scores(split, scores_of(split.labels, 7), None)["ferplus_majority_accuracy"] == 2 / 14
    assert "ferplus_majority_accuracy" not in evaluate_scores(faces(EMOTIONS), scores_of(split.labels, 7), None)


def test_a_majority_for_an_emotion_that_is_not_told_apart_does_not_count() -> None:
    split = faces(("happy", "angry"), votes=True)
    assert split.votes is not None
    split.votes[0] = 0
    split.votes[0, VOTE_COLUMNS.index("fear")] = 10
    scores = scores_of(np.array([0, 0, 1, 1]), 2)

    assert evaluate_scores(split, scores, None)["ferplus_majority_accuracy"] == pytest.approx(2 / 3)


def test_an_artefact_is_measured_at_its_own_threshold() -> None:
    split = made_up_faces()
    model = guessing_model()

    figures = evaluate_model(model, split, model.predict(split.faces_gray))

    assert figures["anger_at_threshold"]["threshold"] == model.anger_threshold
    assert figures["threshold_from"] == "the artefact"
    assert set(figures["ms_per_face"]) == {"batch_1", "batch_8"}


def test_a_network_without_a_threshold_gets_one_that_finds_four_angry_faces_of_five() -> None:
    split = made_up_faces()
    model = replace(guessing_model(), anger_threshold=None)

    figures = evaluate_model(model, split, model.predict(split.faces_gray))

    assert figures["anger_at_threshold"]["recall"] >= 0.8
    assert figures["threshold_from"] == "this split"


def test_where_no_face_is_angry_nothing_is_said_of_the_threshold() -> None:
    split = made_up_faces().take(np.arange(20, 30))
    model = guessing_model()

    figures = evaluate_model(model, split, model.predict(split.faces_gray))

    assert not {"anger_at_threshold", "anger_curve", "threshold_from"} & set(figures)
    assert "There is no anger here to be found." in render_report(
        figures | {"data": "", "split": "", "measured_at": ""}, [], []
    )


def test_a_network_of_some_emotions_is_measured_on_their_faces() -> None:
    chosen = faces_for(guessing_model(("sad", "happy")), made_up_faces())

    assert (chosen.emotions, np.bincount(chosen.labels).tolist()) == (("sad", "happy"), [6, 6])
    with pytest.raises(DatasetUnreadable, match="no usable face of happy"):
        faces_for(guessing_model(("sad", "happy")), made_up_faces().take(np.arange(24, 30)))
