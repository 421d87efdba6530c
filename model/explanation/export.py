"""Adds ``explanation.tflite`` to an artefact; ``model.tflite`` stays as it is."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
import numpy.typing as npt

from model.architectures import build_model
from model.artefacts import ArtefactManifest, write_explanation
from model.errors import ArtefactMismatch
from model.experiments.checkpoints import RunFolder
from model.experiments.records import RunRecord, read_record
from model.explanation.graph import explanation_graph, grad_cam_layer, stages_of
from model.inference import EmotionModel

MIN_AGREEMENT = 0.95
"""Least correlation of the logits of ``model.tflite`` and of the run's model over smooth noise. Measured with
compact_resnet: 0.996 between the int8 artefact and its own weights, 0.70 between two trainings."""

_CURVE_DIGITS = 5


def export_explanation(run_dir: Path, artefact_dir: Path) -> None:
    """Make the explanation of an artefact that was exported from a run, and put the run's curves into its manifest.

    Args:
        run_dir: The run; its best weights must still be those that the artefact was made from.
        artefact_dir: The artefact's folder.

    Raises:
        ExperimentInvalid: If the folder holds no run, or its model cannot be explained.
        ArtefactMismatch: If the artefact was made from other weights; nothing is changed then.
    """
    record, folder = read_record(run_dir), RunFolder(run_dir)
    config = record.config
    model = build_model(config)
    model.load_weights(folder.best_weights)
    _check_same_model(artefact_dir, model)
    add_explanation(artefact_dir, model, replace(record, curves=tuple(folder.read_curves())))


def add_explanation(artefact_dir: Path, model: keras.Model, record: RunRecord) -> None:
    """Explain an artefact by the Keras model that it was converted from.

    Args:
        artefact_dir: The artefact's folder.
        model: From float32 (N, S, S, 1) to logits.
        record: Of its training, with the curves.

    Raises:
        ExperimentInvalid: If the model's gradient cannot be built of LiteRT's operations.
    """
    stages = stages_of(model)
    manifest = replace(
        ArtefactManifest.read(artefact_dir),
        trained_at=record.started_at,
        curves=rounded_curves(record.curves),
        explanation={"layer": grad_cam_layer(stages), "stages": [asdict(stage) for stage in stages]},
    )
    write_explanation(artefact_dir, explanation_graph(model), manifest)


def rounded_curves(curves: tuple[dict[str, float], ...]) -> tuple[Mapping[str, float], ...]:
    """Return the curves as a manifest keeps them: more digits would be noise."""
    return tuple({name: round(value, _CURVE_DIGITS) for name, value in row.items()} for row in curves)


def _check_same_model(artefact_dir: Path, model: keras.Model) -> None:
    delivered = EmotionModel.load(artefact_dir)
    inputs = smooth_noise(delivered.manifest)
    logits = np.asarray(model.predict(inputs, verbose=0))
    agreement = float(np.corrcoef(_centred(logits), _centred(delivered.run_once(inputs)))[0, 1])
    if agreement < MIN_AGREEMENT:
        raise ArtefactMismatch(
            "weights",
            expected=f"the model of {artefact_dir}",
            came=f"another one (its answers correlate by {agreement:.2f}, not {MIN_AGREEMENT} or more)",
            remedy="give the run folder that the artefact was exported from",
        )


def smooth_noise(manifest: ArtefactManifest, count: int = 48) -> npt.NDArray[np.float32]:
    """Return inputs that look like nothing but have light and dark places, float32, (N, S, S, 1), range [-1, 1]."""
    coarse = np.random.default_rng(0).uniform(-1, 1, (count, 8, 8)).astype(np.float32)
    side = manifest.size_px
    return np.stack([cv2.resize(one, (side, side), interpolation=cv2.INTER_LINEAR) for one in coarse])[..., np.newaxis]


def _centred(logits: npt.NDArray[np.float32]) -> npt.NDArray[Any]:
    """Return logits without each emotion's mean: what a bias gives to all faces is no agreement."""
    return (logits - logits.mean(axis=0)).ravel()
