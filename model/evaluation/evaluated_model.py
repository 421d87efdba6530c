"""What can be evaluated: a delivered artefact, or the best weights of a training run."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from model.artefacts import MANIFEST_FILE, file_sha256
from model.errors import ArtefactMismatch
from model.inference import calibrated_scores, load_emotion_model
from model.preprocessing import preprocess_faces

if TYPE_CHECKING:
    import keras

    from model.experiments.config import ExperimentConfig

_RUN_FILE = "record.json"
_KERAS_BATCH = 256


@dataclass(frozen=True)
class EvaluatedModel:
    """A model with all that an evaluation says about it.

    Attributes:
        emotions: What its scores stand for, in their order.
        predict: From uint8 faces (N, S, S) of any side to calibrated scores, float32 (N, len(emotions)).
        anger_threshold: Score from which it alerts; None where it was never chosen.
        description: Where it comes from, plain values for JSON.
        curves: One row per epoch of its training: epoch, loss, accuracy, val_loss, val_accuracy; empty where unknown.
    """

    emotions: tuple[str, ...]
    predict: Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]]
    anger_threshold: float | None
    description: dict[str, Any]
    curves: list[dict[str, float]] = field(default_factory=list)


def load_evaluated_model(folder: Path, *, threads: int = 2) -> EvaluatedModel:
    """Load what is in a folder; TensorFlow is imported for a run alone.

    Args:
        folder: Of an artefact (``manifest.json``) or of a run (``record.json``).
        threads: Processor threads of one prediction of an artefact.

    Raises:
        ArtefactMismatch: If it is neither, or does not fit this code.
        ExperimentInvalid: If the run's record cannot be read.
    """
    if (folder / MANIFEST_FILE).exists():
        return _artefact(folder, threads)
    if (folder / _RUN_FILE).exists():
        return _run(folder)
    raise ArtefactMismatch(
        "weights",
        expected=f"{MANIFEST_FILE} of an artefact or {_RUN_FILE} of a run in {folder}",
        came="neither",
        remedy="give the folder that `run.py export` or `run.py train` wrote",
    )


def _artefact(folder: Path, threads: int) -> EvaluatedModel:
    model = load_emotion_model(folder, threads=threads)
    manifest = model.manifest
    description = {
        "artefact": manifest.name,
        "kind": "artefact",
        "architecture": manifest.architecture,
        "parameters": manifest.parameters,
        "size_px": manifest.size_px,
        "quantisation": manifest.quantisation,
        "temperature": manifest.temperature,
        "mirror_averaging": manifest.flip_averaging,
        "trained_on": manifest.data,
        "code_version": manifest.code_version,
        "sha256": manifest.sha256,
        "people": dict(manifest.alert_policy.get("measured", {})),
    }
    threshold = manifest.thresholds.get("angry", {}).get("enter")
    return EvaluatedModel(
        manifest.labels, model.predict, threshold, description, [dict(row) for row in manifest.curves]
    )


def _run(folder: Path) -> EvaluatedModel:
    from model.experiments.checkpoints import RunFolder
    from model.experiments.records import read_record

    record, run_folder = read_record(folder), RunFolder(folder)
    config = record.config
    model = _best_model(config, run_folder.best_weights)
    description = {
        "artefact": config.name,
        "kind": "run",
        "architecture": config.architecture,
        "parameters": model.count_params(),
        "size_px": config.size_px,
        "quantisation": "float32",
        "temperature": 1.0,
        "mirror_averaging": False,
        "trained_on": f"{record.training_faces} faces; epoch chosen on {record.validation_faces} of PublicTest",
        "code_version": record.code_version,
        "sha256": file_sha256(run_folder.best_weights),
    }
    predict = _keras_predict(model, config.size_px)
    return EvaluatedModel(config.emotions, predict, None, description, run_folder.read_curves())


def _best_model(config: "ExperimentConfig", weights: Path) -> "keras.Model":
    from model.architectures import build_model

    if not weights.exists():
        remedy = "let the training finish an epoch first"
        raise ArtefactMismatch("weights", expected=weights, came="no such file", remedy=remedy)
    model = build_model(config)
    try:
        model.load_weights(weights)
    except (OSError, ValueError) as error:
        expected, remedy = f"those of {config.architecture} in {weights}", "train it with this version of the code"
        raise ArtefactMismatch("weights", expected=expected, came=str(error).split("\n")[0], remedy=remedy) from error
    return model


def _keras_predict(model: "keras.Model", size_px: int) -> Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.float32]]:
    def predict(faces_gray: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        starts = range(0, len(faces_gray), _KERAS_BATCH)
        batches = (preprocess_faces(faces_gray[first : first + _KERAS_BATCH], size_px=size_px) for first in starts)
        return calibrated_scores(np.concatenate([model.predict_on_batch(batch) for batch in batches]), 1.0)

    return predict
