"""From a run folder to an artefact: Keras to LiteRT, quantised where that costs next to nothing."""

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

import keras
import numpy as np
import numpy.typing as npt

from model.architectures import build, build_model
from model.artefacts import ArtefactManifest, write_artefact
from model.data.faces import LabelledFaces
from model.data.layouts.face_folder import FaceFolder
from model.data.loading import load_faces
from model.data.targets import faces_only
from model.equalisation import equalise_channels
from model.errors import ExperimentInvalid
from model.evaluation.calibration import EXIT_SHARE, choose_anger_threshold, fit_temperature
from model.evaluation.evaluate import evaluate_scores, milliseconds_per_face
from model.experiments.checkpoints import RunFolder
from model.experiments.records import RunRecord, code_version, read_record
from model.explanation.export import add_explanation, rounded_curves
from model.inference import BatchRunner, calibrated_scores, logits_of
from model.labels import EMOTIONS
from model.preprocessing import preprocess_faces

Quantisation = Literal["float32", "float16", "int8"]
QUANTISATIONS: tuple[Quantisation, ...] = get_args(Quantisation)
MAX_ACCURACY_LOSS = 0.005
MAX_ANGER_RECALL_LOSS = 0.01
_CALIBRATION_FACES = 300
_DATA_NOTE = (
    "FER2013 (Kaggle, research use) Training split with FER+ votes (MIT); epoch, temperature and threshold chosen on "
    "PublicTest, so the PublicTest figures are slightly too good; PrivateTest was not used"
)


@dataclass(frozen=True)
class Candidate:
    """One quantisation of a model, evaluated.

    Attributes:
        quantisation: How its weights and activations are stored.
        model_bytes: The LiteRT model.
        temperature: Fitted on PublicTest.
        anger_threshold: Enter threshold chosen on PublicTest.
        metrics: From ``evaluate_scores``, with ``ms_per_face``.
    """

    quantisation: Quantisation
    model_bytes: bytes
    temperature: float
    anger_threshold: float
    metrics: dict[str, Any]


def export_run(
    run_dir: Path,
    data_dir: Path | FaceFolder,
    artefact_dir: Path,
    *,
    flip_averaging: bool = True,
    explained: bool = True,
) -> list[Candidate]:
    """Convert a run's best weights, compare the quantisations, write the one that ``choose`` prefers, and explain it.

    Args:
        run_dir: Folder of a run; it may still be training.
        data_dir: The data it was trained on: Training calibrates int8, PublicTest decides.
        artefact_dir: Where ``model.tflite`` and ``manifest.json`` go.
        flip_averaging: Average each face with its mirror image, in the evaluation and in serving.
        explained: Write what explains its answers, too, which is several times as large as the model.

    Returns:
        All candidates, float32 first.

    Raises:
        ExperimentInvalid: If the folder holds no run, or one of fewer emotions.
        DatasetUnreadable: If the data cannot be used.
    """
    folder = RunFolder(run_dir)
    record = replace(read_record(run_dir), curves=tuple(folder.read_curves()))
    config = record.config
    if config.emotions != EMOTIONS:
        raise ExperimentInvalid(
            f"{run_dir}: serving needs a model of {', '.join(EMOTIONS)}; this one knows {', '.join(config.emotions)}"
        )
    model = build_model(config)
    model.load_weights(folder.best_weights)
    equalise_channels(model)
    # One black picture among the faces can make all of int8's steps forty times as coarse.
    training = faces_only(load_faces(data_dir, "Training")).first_of_each(_CALIBRATION_FACES)
    validation = load_faces(data_dir, "PublicTest")
    calibration = preprocess_faces(training.faces_gray, size_px=config.size_px)
    candidates = [
        _evaluated(kind, convert(model, kind, calibration), validation, config.size_px, flip_averaging)
        for kind in QUANTISATIONS
    ]
    chosen = choose(candidates)
    manifest = _manifest(artefact_dir.name, record, model.count_params(), chosen, candidates, flip_averaging)
    write_artefact(artefact_dir, chosen.model_bytes, manifest)
    if explained:
        add_explanation(artefact_dir, model, record)
    return candidates


def export_random(architecture: str, size_px: int, out_dir: Path, quantise: Quantisation = "float32") -> None:
    """Write an artefact with random weights, for measuring speed; its manifest says ``"trained": false``.

    Args:
        architecture: A key of ``model.architectures.ARCHITECTURES``.
        size_px: Side of the input in pixels.
        out_dir: The artefact's folder.
        quantise: As for a trained one; int8 is calibrated on noise.
    """
    keras.utils.set_random_seed(0)
    model = build(architecture, size_px)
    noise = np.random.default_rng(0).uniform(-1, 1, (32, size_px, size_px, 1)).astype(np.float32)
    model_bytes = convert(model, quantise, noise)
    manifest = ArtefactManifest(
        name=out_dir.name,
        architecture=architecture,
        parameters=model.count_params(),
        size_px=size_px,
        sha256=hashlib.sha256(model_bytes).hexdigest(),
        quantisation=quantise,
        trained=False,
        data="none: random weights, for measuring speed alone; its scores mean nothing",
        code_version=code_version(),
    )
    write_artefact(out_dir, model_bytes, manifest)


def convert(model: keras.Model, quantisation: Quantisation, calibration: npt.NDArray[np.float32]) -> bytes:
    """Convert a Keras model to LiteRT with a free batch size and float32 input and output.

    Args:
        model: From float32 (N, S, S, 1) to logits.
        quantisation: ``int8`` stores weights per channel and computes in whole numbers; ``float16`` halves the file.
        calibration: Preprocessed faces, float32 (N, S, S, 1), from which int8 takes its ranges.

    Returns:
        The LiteRT model.
    """
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder:
        model.export(folder, format="tf_saved_model", verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        if quantisation != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if quantisation == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if quantisation == "int8":
            converter.representative_dataset = lambda: _single_faces(calibration)
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        return bytes(converter.convert())


def choose(candidates: list[Candidate]) -> Candidate:
    """Return int8 where it costs at most half a point of accuracy and one of anger recall, else float16 or float32."""
    by_kind = {candidate.quantisation: candidate for candidate in candidates}
    exact = by_kind["float32"]
    for kind in ("int8", "float16"):
        candidate = by_kind.get(kind)
        if candidate is not None and _loss(exact, candidate, "accuracy") <= MAX_ACCURACY_LOSS:
            anger = exact.metrics["anger_at_argmax"]["recall"] - candidate.metrics["anger_at_argmax"]["recall"]
            if anger <= MAX_ANGER_RECALL_LOSS:
                return candidate
    return exact


def comparison(candidates: list[Candidate]) -> list[dict[str, Any]]:
    """Return the candidates' sizes, accuracies and times as rows for a table."""
    return [
        {
            "quantisation": candidate.quantisation,
            "kilobytes": round(len(candidate.model_bytes) / 1000),
            "accuracy": candidate.metrics["accuracy"],
            "anger_recall_at_argmax": candidate.metrics["anger_at_argmax"]["recall"],
            "anger_precision_at_recall_80": candidate.metrics["anger_at_threshold"]["precision"],
            "consensus_anger": candidate.metrics.get("consensus_anger", []),
            "ms_per_face": candidate.metrics["ms_per_face"],
        }
        for candidate in candidates
    ]


def _loss(exact: Candidate, candidate: Candidate, metric: str) -> float:
    return float(exact.metrics[metric]) - float(candidate.metrics[metric])


def _single_faces(calibration: npt.NDArray[np.float32]) -> Iterator[list[npt.NDArray[np.float32]]]:
    for face in calibration:
        yield [face[np.newaxis]]


def _evaluated(
    kind: Quantisation, model_bytes: bytes, validation: LabelledFaces, size_px: int, flip_averaging: bool
) -> Candidate:
    """Fit temperature and threshold of one converted model on PublicTest and measure it."""
    runner = BatchRunner(model_bytes, threads=2)

    def logits(faces_gray: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        return logits_of(runner, preprocess_faces(faces_gray, size_px=size_px), flip_averaging=flip_averaging)

    raw = logits(validation.faces_gray)
    temperature = fit_temperature(raw, validation.labels)
    scores = calibrated_scores(raw, temperature)
    threshold = choose_anger_threshold(validation.labels, scores).threshold
    metrics = evaluate_scores(validation, scores, threshold)
    metrics["ms_per_face"] = milliseconds_per_face(logits, validation.faces_gray)
    return Candidate(kind, model_bytes, temperature, threshold, metrics)


def _manifest(
    name: str,
    record: RunRecord,
    parameters: int,
    chosen: Candidate,
    candidates: list[Candidate],
    flip_averaging: bool,
) -> ArtefactManifest:
    """Say what the chosen candidate is and where it comes from."""
    accuracies = [row["val_accuracy"] for row in record.curves]
    kept = max((value, index) for index, value in enumerate(accuracies))[1] + 1 if accuracies else 0
    enter = chosen.anger_threshold
    return ArtefactManifest(
        name=name,
        architecture=record.config.architecture,
        parameters=parameters,
        size_px=record.config.size_px,
        sha256=hashlib.sha256(chosen.model_bytes).hexdigest(),
        temperature=chosen.temperature,
        flip_averaging=flip_averaging,
        thresholds={"angry": {"enter": enter, "exit": round(EXIT_SHARE * enter, 4)}},
        quantisation=chosen.quantisation,
        data=_DATA_NOTE,
        config={
            **record.config.to_dict(),
            "init_sha256": record.init,
            "teacher_sha256": record.teacher,
            **record.mixed,
        },
        seed=record.config.seed,
        epochs={
            "planned": record.config.optimiser.epochs,
            "trained": len(accuracies),
            "kept": 0 if record.mixed else kept,
        },
        code_version=code_version(),
        metrics={"PublicTest": chosen.metrics, "quantisations": comparison(candidates)},
        trained_at=record.started_at,
        curves=rounded_curves(record.curves),
    )
