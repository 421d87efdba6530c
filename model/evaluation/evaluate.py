"""The evaluation of a model on one split, as ``run.py evaluate`` prints it and the manifest keeps it."""

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from model.data.faces import LabelledFaces
from model.data.targets import majority_emotions
from model.evaluation.calibration import choose_anger_threshold, expected_calibration_error, reliability
from model.evaluation.evaluated_model import EvaluatedModel
from model.evaluation.metrics import (
    anger_at_threshold,
    anger_average_precision,
    anger_found,
    classification_report,
    false_alerts_of_consensus,
    majority_accuracy,
    precision_recall_points,
)
from model.evaluation.quality import figures_by_quality
from model.labels import EMOTIONS


def evaluate_scores(
    split: LabelledFaces, scores: npt.NDArray[np.float32], anger_threshold: float | None
) -> dict[str, Any]:
    """Return every figure that follows from the scores of a split.

    Args:
        split: Faces with labels and, where there are any, votes.
        scores: Calibrated scores, float32, shape (N, len(split.emotions)).
        anger_threshold: The artefact's enter threshold, or None where it has none.

    Returns:
        Plain values for JSON; shares in [0, 1]. Anger's figures only where "angry" is among the split's emotions.
    """
    report = classification_report(split.labels, scores, split.emotions)
    if "angry" in split.emotions:
        report |= _anger_figures(split, scores, anger_threshold)
    report["expected_calibration_error"] = expected_calibration_error(split.labels, scores)
    if split.votes is not None:
        report |= _consensus_figures(split, scores)
    return report


def evaluate_model(model: EvaluatedModel, split: LabelledFaces, scores: npt.NDArray[np.float32]) -> dict[str, Any]:
    """Evaluate a loaded model; all but ``model.evaluation.quality.robustness``, which takes its time.

    Args:
        model: An artefact or a run.
        split: Faces with labels of the model's emotions, as ``faces_for`` returns them.
        scores: What the model says of them, float32, shape (N, len(split.emotions)).

    Returns:
        Plain values for JSON: the model's description, what ``evaluate_scores`` says, and what a report draws:
        ``reliability``, ``natural_quality``, ``ms_per_face`` and, with anger, ``anger_curve`` and ``threshold_from``.
    """
    threshold, threshold_from = operating_point(model, split, scores)
    report = model.description | {"emotions": list(split.emotions)} | evaluate_scores(split, scores, threshold)
    if threshold is not None:
        angry = split.emotions.index("angry")
        report["threshold_from"] = threshold_from
        report["anger_curve"] = precision_recall_points(split.labels == angry, scores[:, angry])
    report["reliability"] = reliability(split.labels, scores)
    report["natural_quality"] = figures_by_quality(split, scores, threshold)
    report["ms_per_face"] = milliseconds_per_face(model.predict, split.faces_gray)
    return report


def faces_for(model: EvaluatedModel, split: LabelledFaces) -> LabelledFaces:
    """Return the faces of the emotions that a model knows, with labels in its order.

    Raises:
        DatasetUnreadable: If an emotion of a model that knows only some of them has no face.
    """
    return split if split.emotions == model.emotions else split.only(model.emotions)


def operating_point(
    model: EvaluatedModel, split: LabelledFaces, scores: npt.NDArray[np.float32]
) -> tuple[float | None, str]:
    """Return the score from which a face counts as angry, and where it is from.

    A model that never got one gets the highest that finds 80 % of this split's angry faces. Without the emotion, or
    without an angry face, there is none.
    """
    angry = split.emotions.index("angry") if "angry" in split.emotions else -1
    if not (split.labels == angry).any():
        return None, ""
    if model.anger_threshold is not None:
        return model.anger_threshold, "the artefact"
    return choose_anger_threshold(split.labels, scores, angry=angry).threshold, "this split"


def milliseconds_per_face(
    predict: Callable[[npt.NDArray[np.uint8]], object], faces_gray: npt.NDArray[np.uint8], repeats: int = 60
) -> dict[str, float]:
    """Return the median time for one face at batch 1 and batch 8, in milliseconds, preprocessing included.

    Args:
        predict: Takes uint8 faces (N, H, W).
        faces_gray: At least one face; repeated where eight are wanted.
        repeats: Calls per batch size, after three that are not counted.
    """
    medians = {}
    for batch_size in (1, 8):
        batch = np.resize(faces_gray[:batch_size], (batch_size, *faces_gray.shape[1:]))
        seconds = [_seconds(predict, batch) for _ in range(repeats + 3)][3:]
        medians[f"batch_{batch_size}"] = round(1000 * float(np.median(seconds)) / batch_size, 3)
    return medians


def _majority(split: LabelledFaces) -> npt.NDArray[np.int64]:
    """Return the FER+ majority as an index into the split's emotions, or -1 where it is none of them."""
    columns = np.array([split.emotions.index(name) if name in split.emotions else -1 for name in (*EMOTIONS, "")])
    return columns[majority_emotions(split)]


def _consensus_figures(split: LabelledFaces, scores: npt.NDArray[np.float32]) -> dict[str, Any]:
    majority = _majority(split)
    figures: dict[str, Any] = {"ferplus_majority_accuracy": majority_accuracy(majority, scores)}
    if "angry" in split.emotions:
        angry = split.emotions.index("angry")
        disgust = [split.emotions.index("disgust")] if "disgust" in split.emotions else []
        figures["consensus_anger"] = false_alerts_of_consensus(majority, scores[:, angry], angry, disgust)
    return figures


def _anger_figures(split: LabelledFaces, scores: npt.NDArray[np.float32], threshold: float | None) -> dict[str, Any]:
    angry = split.emotions.index("angry")
    top = anger_found(split.labels == angry, scores.argmax(axis=1) == angry)
    figures: dict[str, Any] = {"anger_at_argmax": asdict(top)}
    if threshold is not None:
        figures["anger_at_threshold"] = asdict(anger_at_threshold(split.labels, scores, threshold, angry))
    return figures | {"anger_average_precision": anger_average_precision(split.labels, scores, angry)}


def _seconds(predict: Callable[[npt.NDArray[np.uint8]], object], batch: npt.NDArray[np.uint8]) -> float:
    began = time.perf_counter()
    predict(batch)
    return time.perf_counter() - began
