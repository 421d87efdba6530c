"""How often the model is right, over all emotions and for anger. Pure: arrays in, plain values out."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, precision_recall_curve

from model.labels import ANGRY, EMOTIONS

_Z_95 = 1.959963985


@dataclass(frozen=True, kw_only=True)
class AngerFound:
    """How well angry faces are separated from the others. Intervals are of 95 % (Wilson).

    Attributes:
        recall: Share of the angry faces that are found.
        recall_low: Lower end of the recall's interval.
        recall_high: Upper end.
        precision: Share of the found faces that are angry; 0 where none is found.
        precision_low: Lower end of the precision's interval.
        precision_high: Upper end.
        false_positive_rate: Share of the other faces that are taken for angry.
    """

    recall: float
    recall_low: float
    recall_high: float
    precision: float
    precision_low: float
    precision_high: float
    false_positive_rate: float


@dataclass(frozen=True, kw_only=True)
class ThresholdPoint(AngerFound):
    """How anger is found when a score of at least ``threshold`` counts as angry.

    Attributes:
        threshold: In [0, 1]. Raising it finds fewer angry faces and raises fewer false alarms.
    """

    threshold: float


def confusion_matrix(
    labels: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64], class_count: int = len(EMOTIONS)
) -> npt.NDArray[np.int64]:
    """Return counts, int64 (class_count, class_count): row is the label, column the prediction."""
    counts = np.zeros((class_count, class_count), dtype=np.int64)
    np.add.at(counts, (labels, predicted), 1)
    return counts


def classification_report(
    labels: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], emotions: Sequence[str] = EMOTIONS
) -> dict[str, Any]:
    """Return accuracy, balanced accuracy, macro-F1, the figures per emotion and the confusion matrix.

    Args:
        labels: int64, shape (N,), index into ``emotions``.
        scores: float32, shape (N, len(emotions)).
        emotions: The names of the classes.

    Returns:
        Plain values for JSON. Emotions that do not occur count in no mean.
    """
    counts = confusion_matrix(labels, scores.argmax(axis=1), len(emotions))
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
            for index, emotion in enumerate(emotions)
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
    labels: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], threshold: float, angry: int = ANGRY
) -> ThresholdPoint:
    """Return how anger is found at one threshold of its score.

    Args:
        labels: int64, shape (N,).
        scores: float32, shape (N, classes).
        threshold: In [0, 1].
        angry: Which label and which column of the scores is anger.
    """
    found = anger_found(labels == angry, scores[:, angry] >= threshold)
    return ThresholdPoint(threshold=float(threshold), **asdict(found))


def anger_found(is_angry: npt.NDArray[np.bool_], found: npt.NDArray[np.bool_]) -> AngerFound:
    """Return how many angry faces are found, and how many others; both bool, shape (N,)."""
    hits, angry_count, found_count = int((found & is_angry).sum()), int(is_angry.sum()), int(found.sum())
    recall_low, recall_high = wilson_interval(hits, angry_count)
    precision_low, precision_high = wilson_interval(hits, found_count)
    return AngerFound(
        recall=hits / max(1, angry_count),
        recall_low=recall_low,
        recall_high=recall_high,
        precision=hits / max(1, found_count),
        precision_low=precision_low,
        precision_high=precision_high,
        false_positive_rate=(found_count - hits) / max(1, len(found) - angry_count),
    )


def anger_average_precision(
    labels: npt.NDArray[np.int64], scores: npt.NDArray[np.float32], angry: int = ANGRY
) -> float:
    """Return the area under anger's steps of precision over recall; 0 where no face is angry."""
    is_angry = labels == angry
    return float(average_precision_score(is_angry, scores[:, angry])) if is_angry.any() else 0.0


def precision_recall_points(
    is_angry: npt.NDArray[np.bool_], anger_scores: npt.NDArray[np.float32], most: int = 200
) -> list[dict[str, float]]:
    """Return what anger's precision and recall are at rising thresholds.

    Args:
        is_angry: bool, shape (N,).
        anger_scores: float32, shape (N,).
        most: At most so many thresholds, evenly spaced among all that differ.

    Returns:
        Plain values for JSON: ``threshold``, ``precision`` and ``recall``; nothing where no face is angry.
    """
    if not is_angry.any():
        return []
    precisions, recalls, thresholds = precision_recall_curve(is_angry, anger_scores, drop_intermediate=True)
    chosen = np.unique(np.linspace(0, len(thresholds) - 1, most).astype(int))
    return [
        {"threshold": float(thresholds[i]), "precision": float(precisions[i]), "recall": float(recalls[i])}
        for i in chosen
    ]


def false_alerts_of_consensus(
    majority: npt.NDArray[np.int64],
    anger_scores: npt.NDArray[np.float32],
    angry: int,
    left_out: Sequence[int] = (),
    recalls: Sequence[float] = (0.8, 0.9, 0.95),
) -> list[dict[str, float]]:
    """Return how many other faces score as high as a share of those that most people call angry.

    Args:
        majority: FER+ majority emotions, int64, shape (N,); -1 where there is none, and such faces are left out.
        anger_scores: float32, shape (N,).
        angry: The number of anger.
        left_out: Emotions that are neither: an alert on disgust is hardly a false one.
        recalls: Shares of the angry faces that are to be found.

    Returns:
        Plain values for JSON: ``recall``, ``threshold`` and ``false_positive_rate``; nothing where no face is angry.
    """
    wanted = np.sort(anger_scores[majority == angry])[::-1]
    others = anger_scores[(majority >= 0) & ~np.isin(majority, [angry, *left_out])]
    if not len(wanted) or not len(others):
        return []
    thresholds = [wanted[math.ceil(recall * len(wanted)) - 1] for recall in recalls]
    return [
        {
            "recall": recall,
            "threshold": float(threshold),
            "false_positive_rate": float((others >= threshold).mean()),
        }
        for recall, threshold in zip(recalls, thresholds, strict=True)
    ]


def majority_accuracy(majority: npt.NDArray[np.int64], scores: npt.NDArray[np.float32]) -> float:
    """Return the accuracy against FER+ majority emotions, leaving out faces without one (-1)."""
    clear = majority >= 0
    return float((scores[clear].argmax(axis=1) == majority[clear]).mean()) if clear.any() else 0.0
