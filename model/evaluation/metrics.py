"""How often the network is right, over all emotions and for anger. Pure: arrays in, plain values out."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.labels import ANGRY, EMOTIONS

_Z_95 = 1.959963985


@dataclass(frozen=True)
class ThresholdPoint:
    """How anger is found when a score of at least ``threshold`` counts as angry.

    Attributes:
        threshold: In [0, 1]. Raising it finds fewer angry faces and raises fewer false alarms.
        recall: Share of the angry faces that are found.
        precision: Share of the found faces that are angry; 0 where none is found.
        precision_low: Lower end of the precision's 95 % interval (Wilson).
        precision_high: Upper end.
        false_positive_rate: Share of the other faces that are taken for angry.
    """

    threshold: float
    recall: float
    precision: float
    precision_low: float
    precision_high: float
    false_positive_rate: float


def confusion_matrix(labels: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return counts, int64 (7, 7): row is the label, column the prediction."""
    counts = np.zeros((len(EMOTIONS), len(EMOTIONS)), dtype=np.int64)
    np.add.at(counts, (labels, predicted), 1)
    return counts


def classification_report(labels: npt.NDArray[np.int64], scores: npt.NDArray[np.float32]) -> dict[str, Any]:
    """Return accuracy, balanced accuracy, macro-F1, the figures per emotion and the confusion matrix.

    Args:
        labels: int64, shape (N,), index into ``EMOTIONS``.
        scores: float32, shape (N, 7).

    Returns:
        Plain values for JSON. Emotions that do not occur count in no mean.
    """
    counts = confusion_matrix(labels, scores.argmax(axis=1))
    hits, supports, answers = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    recalls = hits / np.maximum(supports, 1)
    precisions = hits / np.maximum(answers, 1)
    f1_scores = 2 * hits / np.maximum(supports + answers, 1)
    occurring = supports > 0
    return {
        "faces": len(labels),
        "accuracy": float(hits.sum() / max(1, len(labels))),
        "accuracy_95": list(wilson_interval(int(hits.sum()), len(labels))),
        "balanced_accuracy": float(recalls[occurring].mean()),
        "macro_f1": float(f1_scores[occurring].mean()),
        "per_class": {
            emotion: {
                "precision": float(precisions[index]),
                "recall": float(recalls[index]),
                "f1": float(f1_scores[index]),
                "support": int(supports[index]),
            }
            for index, emotion in enumerate(EMOTIONS)
        },
        "confusion_matrix": counts.tolist(),
    }


def wilson_interval(hits: int, total: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share; (0, 1) of nothing."""
    if total == 0:
        return 0.0, 1.0
    share, z2 = hits / total, _Z_95**2
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z_95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return max(0.0, centre - half), min(1.0, centre + half)


def anger_at_threshold(
    labels: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], threshold: float
) -> ThresholdPoint:
    """Return how anger is found at one threshold of its score."""
    found, angry = scores[:, ANGRY] >= threshold, labels == ANGRY
    hits, found_count = int((found & angry).sum()), int(found.sum())
    low, high = wilson_interval(hits, found_count)
    return ThresholdPoint(
        threshold=float(threshold),
        recall=hits / max(1, int(angry.sum())),
        precision=hits / max(1, found_count),
        precision_low=low,
        precision_high=high,
        false_positive_rate=(found_count - hits) / max(1, int((~angry).sum())),
    )


def anger_average_precision(labels: npt.NDArray[np.int64], scores: npt.NDArray[np.float32]) -> float:
    """Return the mean of anger's precision at each angry face, in the order of the scores; 0 where none is angry."""
    angry = (labels == ANGRY)[np.argsort(-scores[:, ANGRY], kind="stable")]
    precisions = np.cumsum(angry) / np.arange(1, len(angry) + 1)
    return float(precisions[angry].mean()) if angry.any() else 0.0


def majority_accuracy(majority: npt.NDArray[np.int64], scores: npt.NDArray[np.float32]) -> float:
    """Return the accuracy against FER+ majority emotions, leaving out faces without one (-1)."""
    clear = majority >= 0
    return float((scores[clear].argmax(axis=1) == majority[clear]).mean()) if clear.any() else 0.0
