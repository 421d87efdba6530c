"""How well faces are read when their pictures are bad: degraded on purpose, or poor by themselves."""

from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from model.data.faces import LabelledFaces
from model.evaluation.degradations import DEGRADATIONS, Degradation, Faces
from model.evaluation.metrics import anger_at_threshold, classification_report

UNCHANGED = "none"
Predict = Callable[[Faces], npt.NDArray[np.float32]]


def conditions(side_px: int) -> list[tuple[Degradation, float]]:
    """Return every degradation with every level that makes sense for faces of this side."""
    return [(kind, level) for kind in DEGRADATIONS for level in kind.levels_for(side_px)]


def robustness(predict: Predict, split: LabelledFaces, anger_threshold: float | None) -> Iterator[dict[str, Any]]:
    """Measure a model on faces as they are and then under each of ``conditions``.

    Args:
        predict: From uint8 faces (N, S, S) of any side to calibrated scores, float32 (N, len(split.emotions)).
        split: Faces with labels.
        anger_threshold: Score from which a face counts as angry; None leaves anger's figures out.

    Yields:
        Plain values for JSON, one condition each as it is done: ``degradation``, ``level``, then as
        ``figures_by_quality`` says. The first is ``none``, the faces as they are.
    """
    yield {"degradation": UNCHANGED, "level": 0.0} | _figures(split, predict(split.faces_gray), anger_threshold)
    for kind, level in conditions(split.faces_gray.shape[1]):
        scores = predict(kind.apply(split.faces_gray, level))
        yield {"degradation": kind.name, "level": float(level)} | _figures(split, scores, anger_threshold)


def figures_by_quality(
    split: LabelledFaces, scores: npt.NDArray[np.float32], anger_threshold: float | None, bins: int = 5
) -> dict[str, list[dict[str, Any]]]:
    """Return how well faces are read in equally full bins of their own sharpness and contrast, the poorest first.

    Args:
        split: Faces with labels.
        scores: Calibrated scores, float32, shape (N, len(split.emotions)).
        anger_threshold: Score from which a face counts as angry; None leaves anger's figures out.
        bins: How many; fewer where there are fewer faces.

    Returns:
        Plain values for JSON by quality. Of each bin: ``low`` and ``high`` of the quality, ``faces``, ``accuracy``,
        ``recall`` of the emotions that occur, and where anger does: ``anger_recall`` with ``anger_recall_low`` and
        ``anger_recall_high`` (95 %, Wilson), and ``anger_false_positive_rate``.
    """
    qualities = {"sharpness": sharpness(split.faces_gray), "contrast": contrast(split.faces_gray)}
    return {name: _binned(split, scores, values, anger_threshold, bins) for name, values in qualities.items()}


def sharpness(faces_gray: Faces) -> npt.NDArray[np.float32]:
    """Return the variance of each face's Laplacian at 48 × 48 pixels, float32 (N,); Pech-Pacheco et al. 2000."""
    scaled = (cv2.resize(face, (48, 48), interpolation=cv2.INTER_AREA) for face in faces_gray)
    return np.array([cv2.Laplacian(face, cv2.CV_32F).var() for face in scaled], dtype=np.float32)


def contrast(faces_gray: Faces) -> npt.NDArray[np.float32]:
    """Return the standard deviation of each face's grey values, float32 (N,)."""
    return np.asarray(faces_gray.std(axis=(1, 2)), dtype=np.float32)


def _binned(
    split: LabelledFaces,
    scores: npt.NDArray[np.float32],
    values: npt.NDArray[np.float32],
    anger_threshold: float | None,
    bins: int,
) -> list[dict[str, Any]]:
    chosen = np.array_split(np.argsort(values, kind="stable"), min(bins, len(values)))
    return [
        {"low": float(values[faces].min()), "high": float(values[faces].max()), "faces": len(faces)}
        | _figures(split.take(faces), scores[faces], anger_threshold)
        for faces in chosen
    ]


def _figures(split: LabelledFaces, scores: npt.NDArray[np.float32], threshold: float | None) -> dict[str, Any]:
    report = classification_report(split.labels, scores, split.emotions)
    recalls = {emotion: row["recall"] for emotion, row in report["per_class"].items() if row["support"]}
    figures = {"accuracy": report["accuracy"], "recall": recalls}
    if threshold is not None and "angry" in recalls:
        point = anger_at_threshold(split.labels, scores, threshold, split.emotions.index("angry"))
        figures |= {
            "anger_recall": point.recall,
            "anger_recall_low": point.recall_low,
            "anger_recall_high": point.recall_high,
            "anger_false_positive_rate": point.false_positive_rate,
        }
    return figures
