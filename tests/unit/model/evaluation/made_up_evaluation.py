"""An evaluation of a network that guesses, for tests of what is made of one."""

from typing import Any

import numpy as np

from model.data.faces import LabelledFaces
from model.evaluation.evaluate import evaluate_model
from model.evaluation.evaluated_model import EvaluatedModel
from model.evaluation.quality import robustness
from model.labels import EMOTIONS
from tests.unit.model.data.synthetic_fer2013 import face

CURVES = [
    {"epoch": 1, "loss": 1.9, "accuracy": 0.2, "val_loss": 1.8, "val_accuracy": 0.25},
    {"epoch": 2, "loss": 1.5, "accuracy": 0.4, "val_loss": 1.6, "val_accuracy": 0.35},
]


def guessing_model(emotions: tuple[str, ...] = EMOTIONS, **description: Any) -> EvaluatedModel:
    """Return a network whose scores depend on a face's mean grey alone."""

    def predict(faces_gray: np.ndarray) -> np.ndarray:
        seeds = faces_gray.mean(axis=(1, 2)).astype(int)
        rows = [np.random.default_rng(seed).dirichlet(np.ones(len(emotions))) for seed in seeds]
        return np.array(rows, dtype=np.float32)

    known = {
        "artefact": "guesser", "kind": "artefact", "architecture": "none", "parameters": 1234, "size_px": 48,
        "quantisation": "float32", "temperature": 1.0, "mirror_averaging": False, "trained_on": "nothing",
        "code_version": "abc123", "sha256": "0" * 64,
    }  # fmt: skip
    threshold = 0.2 if "angry" in emotions else None
    return EvaluatedModel(emotions, predict, threshold, known | description, CURVES)


def made_up_faces(emotions: tuple[str, ...] = EMOTIONS, each: int = 6) -> LabelledFaces:
    """Return so many faces of each emotion."""
    labels = np.repeat(np.arange(len(emotions)), each)
    pictures = np.stack([face(label, seed) for seed, label in enumerate(labels)])
    places = tuple(f"line {index + 2}" for index in range(len(labels)))
    return LabelledFaces(pictures, labels, emotions=emotions, places=places)


def made_up_evaluation(
    emotions: tuple[str, ...] = EMOTIONS, **description: Any
) -> tuple[dict[str, Any], LabelledFaces, np.ndarray]:
    """Return an evaluation with everything in it, the faces and their scores."""
    model, split = guessing_model(emotions, **description), made_up_faces(emotions)
    scores = model.predict(split.faces_gray)
    head = {"data": "made_up", "split": "PublicTest", "measured_at": "2026-11-21T08:00:00+00:00"}
    evaluation = head | evaluate_model(model, split, scores)
    threshold = evaluation.get("anger_at_threshold", {}).get("threshold")
    evaluation["robustness"] = list(robustness(model.predict, split, threshold))
    return evaluation, split, scores
