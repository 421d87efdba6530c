"""Train one experiment: from configuration and faces to a run folder with weights, curves and a record."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from model.architectures import build
from model.data.fer2013 import LabelledFaces, load_fer2013
from model.data.targets import faces_only, mixed_targets
from model.errors import ExperimentInvalid
from model.labels import EMOTIONS
from model.preprocessing import preprocess_faces
from model.training.batches import AugmentedFaces
from model.training.checkpoints import KeepBest, KeepEpoch, RunFolder
from model.training.config import ExperimentConfig
from model.training.records import RunRecord, write_record
from model.training.schedule import OneCycle


def train(
    config: ExperimentConfig,
    data_dir: Path,
    run_dir: Path,
    *,
    limit: int | None = None,
    init: Path | None = None,
    callbacks: tuple[keras.callbacks.Callback, ...] = (),
    verbose: int | str = "auto",
) -> RunRecord:
    """Train on the Training split, validate on PublicTest, and leave everything in ``run_dir``.

    A run that was killed resumes at its epoch when it is started again with the same ``run_dir``: weights, averaged
    weights, optimiser, schedule, order and augmentation go on as if nothing had happened.

    Args:
        config: The experiment.
        data_dir: Folder with ``fer2013.csv`` and, where wanted, ``fer2013new.csv``.
        run_dir: Where weights, curves and record go.
        limit: Use at most this many faces of each split, evenly over the emotions; for a quick try.
        init: Weights of an earlier run of the same network to start from instead of random ones.
        callbacks: Further Keras callbacks, called last.
        verbose: Progress, as in ``keras.Model.fit``.

    Returns:
        The run's record, also written as ``record.json``.

    Raises:
        DatasetUnreadable: If the data cannot be used.
        ExperimentInvalid: If the run folder belongs to another experiment, or ``init`` is of another network.
    """
    training, validation = (_load(data_dir, split, limit) for split in ("Training", "PublicTest"))
    training = faces_only(training)
    folder = RunFolder(run_dir)
    record = RunRecord.started(config, run_dir, len(training), len(validation), init)
    write_record(record, run_dir)
    keras.utils.set_random_seed(config.seed)
    model = compiled_model(config, steps_per_epoch=max(1, len(training) // config.optimiser.batch_size))
    if init is not None:
        _load_initial(model, init)
    curves = folder.restore(model)
    _fit(model, config, training, validation, folder, curves, callbacks, verbose)
    record = replace(record, parameters=model.count_params(), curves=tuple(curves))
    write_record(record, run_dir)
    return record


def compiled_model(config: ExperimentConfig, *, steps_per_epoch: int) -> keras.Model:
    """Build the experiment's network with its optimiser, loss and metric.

    Args:
        config: The experiment.
        steps_per_epoch: Stretches the learning-rate schedule.

    Returns:
        A compiled model that gives logits.
    """
    model = build(config.architecture, config.size_px, dropout=config.dropout)
    wanted = config.optimiser
    schedule = OneCycle(wanted.peak_learning_rate, steps_per_epoch * wanted.epochs, wanted.warmup_share)
    optimiser = keras.optimizers.AdamW(
        schedule, weight_decay=wanted.weight_decay, use_ema=True, ema_momentum=wanted.ema_momentum
    )
    optimiser.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(
        optimiser,
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
        jit_compile=False,  # XLA's convolutions are slower than oneDNN's on processors.
    )
    return model


def _load_initial(model: keras.Model, init: Path) -> None:
    """Copy the weights alone: the earlier run's optimiser stays behind, and the schedule starts anew."""
    earlier = build(model.name, model.input_shape[1])
    try:
        earlier.load_weights(init)
    except (OSError, ValueError) as error:
        raise ExperimentInvalid(f"{init}: not the weights of a {model.name} ({error})") from error
    model.set_weights(earlier.get_weights())


def _load(data_dir: Path, split: str, limit: int | None) -> LabelledFaces:
    faces = load_fer2013(data_dir, split)
    return faces if limit is None else faces.first_of_each(limit)


def _fit(
    model: keras.Model,
    config: ExperimentConfig,
    training: LabelledFaces,
    validation: LabelledFaces,
    folder: RunFolder,
    curves: list[dict[str, float]],
    callbacks: tuple[keras.callbacks.Callback, ...],
    verbose: int | str,
) -> None:
    """Run the epochs that are still to do. Validation is done on the averaged weights."""
    batches = AugmentedFaces(
        training.faces_gray,
        mixed_targets(training, label_weight=config.label_weight),
        size_px=config.size_px,
        batch_size=config.optimiser.batch_size,
        augmentation=config.augmentation,
        seed=config.seed,
        first_epoch=len(curves),
    )
    averaged = keras.callbacks.SwapEMAWeights(swap_on_epoch=True)
    model.fit(
        batches,
        epochs=config.optimiser.epochs,
        initial_epoch=len(curves),
        validation_data=_validation_arrays(validation, config.size_px),
        validation_batch_size=256,
        callbacks=[KeepEpoch(folder, curves), averaged, KeepBest(folder, curves), *callbacks],
        verbose=verbose,
    )


def _validation_arrays(split: LabelledFaces, size_px: int) -> tuple[npt.NDArray[np.float32], Any]:
    return preprocess_faces(split.faces_gray, size_px=size_px), np.eye(len(EMOTIONS), dtype=np.float32)[split.labels]
