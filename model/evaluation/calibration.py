"""From raw scores to an operating point: temperature, calibration error and the anger threshold."""

import math

import numpy as np
import numpy.typing as npt

from model.evaluation.metrics import ThresholdPoint, anger_at_threshold
from model.inference import calibrated_scores
from model.labels import ANGRY

TARGET_RECALL = 0.80
EXIT_SHARE = 0.7
"""The exit threshold as a share of the enter threshold: wide enough that a score that flickers ends no incident."""


def fit_temperature(logits: npt.NDArray[np.float32], labels: npt.NDArray[np.int64]) -> float:
    """Return the temperature in [0.2, 5] that makes the labels most likely; Guo et al. 2017, arXiv 1706.04599.

    Args:
        logits: float32, shape (N, classes), of faces that were not trained on.
        labels: int64, shape (N,).

    Returns:
        The temperature, by golden-section search on its logarithm (the loss has one minimum).
    """
    low, high = math.log(0.2), math.log(5.0)
    ratio = (math.sqrt(5) - 1) / 2
    while high - low > 1e-4:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if _negative_log_likelihood(logits, labels, math.exp(left)) < _negative_log_likelihood(
            logits, labels, math.exp(right)
        ):
            high = right
        else:
            low = left
    return round(math.exp((low + high) / 2), 4)


def reliability(
    labels: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], bins: int = 15
) -> list[dict[str, float]]:
    """Return how sure the model is and how often it is right, in bins of equal width of its highest score.

    Args:
        labels: int64, shape (N,).
        scores: Calibrated scores, float32, shape (N, classes).
        bins: How many; those without a face are left out.

    Returns:
        Plain values for JSON, of each bin: ``faces``, mean ``confidence`` and ``accuracy``.
    """
    confidences = scores.max(axis=1)
    right = scores.argmax(axis=1) == labels
    indices = np.minimum((confidences * bins).astype(int), bins - 1)
    return [
        {
            "faces": int((indices == index).sum()),
            "confidence": float(confidences[indices == index].mean()),
            "accuracy": float(right[indices == index].mean()),
        }
        for index in np.unique(indices)
    ]


def expected_calibration_error(labels: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], bins: int = 15) -> float:
    """Return the mean gap between confidence and accuracy over the bins of ``reliability``, weighted by their faces."""
    gaps = [row["faces"] * abs(row["confidence"] - row["accuracy"]) for row in reliability(labels, scores, bins)]
    return sum(gaps) / max(1, len(labels))


def choose_anger_threshold(
    labels: npt.NDArray[np.int64],
    scores: npt.NDArray[np.float32],
    target_recall: float = TARGET_RECALL,
    angry: int = ANGRY,
) -> ThresholdPoint:
    """Return the highest threshold at which at least ``target_recall`` of the angry faces are found.

    Args:
        labels: int64, shape (N,).
        scores: Calibrated scores, float32, shape (N, classes).
        target_recall: In (0, 1]. Raising it finds more angry faces and raises more false alarms.
        angry: Which label and which column of the scores is anger.

    Returns:
        The point, its threshold rounded down to four decimals.

    Raises:
        ValueError: If no face is angry.
    """
    angry_scores = np.sort(scores[labels == angry, angry])[::-1]
    if len(angry_scores) == 0:
        raise ValueError("no angry face among the labels; a threshold cannot be chosen")
    wanted = math.ceil(target_recall * len(angry_scores))
    threshold = math.floor(float(angry_scores[wanted - 1]) * 1e4) / 1e4
    return anger_at_threshold(labels, scores, threshold, angry)


def _negative_log_likelihood(
    logits: npt.NDArray[np.float32], labels: npt.NDArray[np.int64], temperature: float
) -> float:
    scores = calibrated_scores(logits, temperature)
    return float(-np.log(np.maximum(scores[np.arange(len(labels)), labels], 1e-9)).mean())
