"""Train one experiment: from configuration and faces to a run folder with weights, curves and a record."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from model.architectures import build_model
from model.data.faces import LabelledFaces
from model.data.layouts.face_folder import FaceFolder
from model.data.loading import load_faces
from model.data.targets import faces_only
from model.evaluation.calibration import choose_anger_threshold
from model.evaluation.evaluate import evaluate_scores
from model.experiments.checkpoints import RunFolder
from model.experiments.config import ExperimentConfig
from model.experiments.records import RunRecord, write_record
from model.inference import calibrated_scores
from model.labels import EMOTIONS
from model.training.batches import training_batches, validation_arrays
from model.training.keras_engine import Fitted, Predict, fit_with_keras
from model.training.pretrained_weights import load_initial
from model.training.torch_engine import check_torch


def train(
    config: ExperimentConfig,
    data_dir: Path | FaceFolder,
    run_dir: Path,
    *,
    limit: int | None = None,
    init: str | None = None,
    say: Callable[[str], object] = print,
) -> RunRecord:
    """Train on the Training split, validate on PublicTest, and leave everything in ``run_dir``.

    Args:
        config: The experiment. Where it asks for tuning, the search comes first.
        data_dir: Folder with faces in any layout that ``load_faces`` knows.
        run_dir: Where weights, curves and record go.
        limit: Use at most this many faces of each split, evenly over the emotions; for a quick try.
        init: ``none``, ``imagenet`` or a file of weights, instead of the configuration's.
        say: Gets a line for what was skipped of the data, and for each epoch.

    Returns:
        The run's record, also written as ``record.json``.

    Raises:
        DatasetUnreadable: If the data cannot be used.
        ExperimentInvalid: If the run folder belongs to another experiment, or ``init`` is of another model.
    """
    training, validation = (load_split(config, data_dir, split, limit) for split in ("Training", "PublicTest"))
    for remark in dict.fromkeys((*training.remarks(), *validation.remarks())):
        say(remark)
    if config.tuning is not None:
        from model.training.tuning import tuned

        config = tuned(config, training, validation, run_dir, say)
    return train_on(config, training, validation, run_dir, init=init, say=say)


def load_split(
    config: ExperimentConfig, data_dir: Path | FaceFolder, split: str, limit: int | None = None
) -> LabelledFaces:
    """Load an experiment's faces of one split: those of its emotions, and while learning only what is a face.

    Raises:
        DatasetUnreadable: If the data cannot be used.
    """
    faces = load_faces(data_dir, split).only(config.emotions)
    faces = faces_only(faces) if split == "Training" else faces
    return faces if limit is None else faces.first_of_each(limit)


def train_on(
    config: ExperimentConfig,
    training: LabelledFaces,
    validation: LabelledFaces,
    run_dir: Path,
    *,
    init: str | None = None,
    say: Callable[[str], object] = print,
) -> RunRecord:
    """Train on some faces and validate on others.

    A run that was killed resumes at its epoch when it is started again with the same ``run_dir``: weights, averaged
    weights, optimiser, schedule, order and augmentation go on as if nothing had happened.

    Args:
        config: The experiment.
        training: Faces to learn from, their emotions those of the configuration.
        validation: Faces that choose the best epoch.
        run_dir: Where weights, curves and record go.
        init: As for ``train``.
        say: Gets a line for each epoch.

    Returns:
        The run's record, also written as ``record.json``.

    Raises:
        EngineMissing: If PyTorch is to train and is not installed.
        ExperimentInvalid: If the run folder belongs to another experiment, ``init`` is of another model, or the
            engine cannot train the experiment's model.
    """
    fit = _engine(config)
    init = config.init if init is None else init
    record = RunRecord.started(config, run_dir, len(training), len(validation), init)
    folder = RunFolder(run_dir)
    write_record(record, run_dir)
    keras.utils.set_random_seed(config.seed)
    model, curves, predict = fit(config, training, validation, folder, init, say)
    record = replace(
        record,
        parameters=model.count_params(),
        trainable_parameters=sum(int(np.prod(weight.shape)) for weight in model.trainable_weights),
        curves=tuple(curves),
        metrics=run_metrics(predict, validation, config.size_px),
    )
    write_record(record, run_dir)
    return record


def _engine(config: ExperimentConfig) -> Callable[..., Fitted]:
    """Return what trains the experiment, before anything is written."""
    if config.engine == "keras":
        return fit_with_keras
    check_torch()
    from model.training.torch_engine.models import check_trainable

    check_trainable(config)
    return _fit_with_torch


def _fit_with_torch(
    config: ExperimentConfig,
    training: LabelledFaces,
    validation: LabelledFaces,
    folder: RunFolder,
    init: str,
    say: Callable[[str], object],
) -> Fitted:
    """Train with PyTorch what Keras builds, initialises and keeps."""
    from model.training.torch_engine.fitting import fit

    model = build_model(config)
    load_initial(model, config, init)
    batches = training_batches(config, training, len(folder.read_curves()), folder)
    arrays = validation_arrays(validation, config.size_px)
    return Fitted(model, *fit(model, config, batches, arrays, folder, say=say))


def run_metrics(predict: Predict, validation: LabelledFaces, size_px: int) -> dict[str, object]:
    """Evaluate the best epoch on the validation faces, at the threshold that finds four angry faces of five."""
    inputs, _ = validation_arrays(validation, size_px)
    scores = calibrated_scores(predict(inputs), temperature=1.0)
    threshold = None
    if "angry" in validation.emotions:
        angry = validation.emotions.index("angry")
        threshold = choose_anger_threshold(validation.labels, scores, angry=angry).threshold
    figures = evaluate_scores(validation, scores, threshold)
    if len(validation.emotions) > len(EMOTIONS):
        # Pre-training tells hundreds of things apart: nobody reads their matrix, and it is longer than all else.
        figures = {name: figure for name, figure in figures.items() if name not in ("per_class", "confusion_matrix")}
    return figures
