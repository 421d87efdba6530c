"""The evaluation of an artefact on one split, as ``run.py evaluate`` prints it and the manifest keeps it."""

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from model.data.faces import LabelledFaces
from model.data.targets import majority_emotions
from model.evaluation.calibration import expected_calibration_error
from model.evaluation.metrics import (
    anger_at_threshold,
    anger_average_precision,
    anger_found,
    classification_report,
    majority_accuracy,
)
from model.inference import EmotionNetwork
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
    if split.votes is not None and split.emotions == EMOTIONS:
        report["ferplus_majority_accuracy"] = majority_accuracy(majority_emotions(split), scores)
    return report


def _anger_figures(split: LabelledFaces, scores: npt.NDArray[np.float32], threshold: float | None) -> dict[str, Any]:
    angry = split.emotions.index("angry")
    top = anger_found(split.labels == angry, scores.argmax(axis=1) == angry)
    figures: dict[str, Any] = {"anger_at_argmax": asdict(top)}
    if threshold is not None:
        figures["anger_at_threshold"] = asdict(anger_at_threshold(split.labels, scores, threshold, angry))
    return figures | {"anger_average_precision": anger_average_precision(split.labels, scores, angry)}


def evaluate_network(network: EmotionNetwork, split: LabelledFaces, *, measure_speed: bool = True) -> dict[str, Any]:
    """Evaluate a loaded artefact.

    Args:
        network: The artefact.
        split: Faces with labels.
        measure_speed: Also measure milliseconds per face, which takes some seconds.

    Returns:
        Plain values for JSON; see ``evaluate_scores``.
    """
    threshold = network.manifest.thresholds.get("angry", {}).get("enter")
    report = evaluate_scores(split, network.predict(split.faces_gray), threshold)
    if measure_speed:
        report["ms_per_face"] = milliseconds_per_face(network.predict, split.faces_gray)
    return report


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


def _seconds(predict: Callable[[npt.NDArray[np.uint8]], object], batch: npt.NDArray[np.uint8]) -> float:
    began = time.perf_counter()
    predict(batch)
    return time.perf_counter() - began
