"""Training with Keras: the network with what changes faces before it, and the epochs that are still to do."""

from collections.abc import Callable
from typing import NamedTuple

import keras
import numpy as np
import numpy.typing as npt

from model.architectures import build_model
from model.data.augmentation import face_augmentation
from model.data.faces import LabelledFaces
from model.experiments.checkpoints import KeepBest, KeepEpoch, RunFolder
from model.experiments.config import ExperimentConfig
from model.training.batches import ShuffledFaces, training_batches, validation_arrays
from model.training.early_stopping import StopEarly, is_over
from model.training.keras_optimiser import adamw, averaging
from model.training.pretrained_weights import load_initial
from model.training.progress import Progress
from model.training.seeds import ReseedEachEpoch

_VALIDATION_BATCH = 256

Predict = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]
"""From a network's input to its logits."""


class Fitted(NamedTuple):
    """What either engine hands back: the network with the best epoch's weights, the curves, and its logits."""

    model: keras.Model
    curves: list[dict[str, float]]
    predict: Predict


def fit_with_keras(
    config: ExperimentConfig,
    training: LabelledFaces,
    validation: LabelledFaces,
    folder: RunFolder,
    init: str,
    say: Callable[[str], object],
) -> Fitted:
    """Train what is left of an experiment; a run that was killed goes on at its epoch.

    Args:
        config: The experiment.
        training: Faces to learn from.
        validation: Faces that choose the best epoch.
        folder: What a killed run has left, and what this one leaves.
        init: As for ``model.training.loop.train``.
        say: Gets a line for each epoch.
    """
    model, trainer = compiled_models(config, steps_per_epoch=max(1, len(training) // config.optimiser.batch_size))
    load_initial(model, config, init)
    curves = folder.restore(trainer)
    if not is_over(curves, config.optimiser):
        batches = training_batches(config, training, len(curves), folder)
        kept = (KeepEpoch(folder, curves), *averaging(config.optimiser), KeepBest(folder, model, curves))
        told = (StopEarly(curves, config.optimiser), Progress(say, config.optimiser.epochs))
        _fit(trainer, config, batches, validation, len(curves), [ReseedEachEpoch(config.seed), *kept, *told])
    model.load_weights(folder.best_weights)
    return Fitted(model, curves, lambda inputs: _logits(model, inputs))


def _logits(model: keras.Model, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Predict without a graph: for DenseNet121, making one takes longer than these few batches."""
    starts = range(0, len(inputs), _VALIDATION_BATCH)
    batches = (model(inputs[start : start + _VALIDATION_BATCH], training=False) for start in starts)
    return np.concatenate([keras.ops.convert_to_numpy(logits) for logits in batches])


def compiled_models(config: ExperimentConfig, *, steps_per_epoch: int) -> tuple[keras.Model, keras.Model]:
    """Build the experiment's network, and the model that trains it.

    Args:
        config: The experiment.
        steps_per_epoch: Stretches the learning-rate schedule.

    Returns:
        The network, which gives logits, and the compiled model that changes faces at random before the network.
    """
    keras.config.set_dtype_policy(config.precision)
    try:
        model = build_model(config)
    finally:
        keras.config.set_dtype_policy("float32")
    faces = keras.Input(model.input_shape[1:])
    trainer = keras.Model(faces, model(face_augmentation(config.augmentation, seed=config.seed)(faces)))
    trainer.compile(
        adamw(config.optimiser, steps_per_epoch=steps_per_epoch),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.CategoricalAccuracy(name="accuracy")],
        jit_compile=False,  # XLA's convolutions are slower than oneDNN's on processors.
    )
    return model, trainer


def fit_briefly(
    config: ExperimentConfig, training: LabelledFaces, validation: LabelledFaces
) -> keras.callbacks.History:
    """Train without leaving anything behind, and return the curves; for comparing many networks."""
    keras.utils.set_random_seed(config.seed)
    steps_per_epoch = max(1, len(training) // config.optimiser.batch_size)
    trainer = compiled_models(config, steps_per_epoch=steps_per_epoch)[1]
    return _fit(trainer, config, training_batches(config, training), validation, 0, [])


def _fit(
    trainer: keras.Model,
    config: ExperimentConfig,
    batches: ShuffledFaces,
    validation: LabelledFaces,
    first_epoch: int,
    callbacks: list[keras.callbacks.Callback],
) -> keras.callbacks.History:
    """Run the epochs that are still to do."""
    return trainer.fit(
        batches,
        epochs=config.optimiser.epochs,
        initial_epoch=first_epoch,
        validation_data=validation_arrays(validation, config.size_px),
        validation_batch_size=_VALIDATION_BATCH,
        callbacks=callbacks,
        verbose=0,
    )
