"""The epochs of a run in PyTorch, kept on disk as those of Keras are."""

import json
import time
from collections.abc import Callable

import keras

from model.experiments.checkpoints import RunFolder, save_weights
from model.experiments.config import ExperimentConfig
from model.experiments.files import replace_text
from model.experiments.records import CURVES_FILE
from model.training.batches import ShuffledFaces
from model.training.early_stopping import is_over
from model.training.progress import Progress
from model.training.torch_engine.trainer import Array, Trainer

_LAST = "last.pt"


def fit(
    model: keras.Model,
    config: ExperimentConfig,
    batches: ShuffledFaces,
    validation: tuple[Array, Array],
    folder: RunFolder,
    *,
    say: Callable[[str], object],
) -> tuple[list[dict[str, float]], Callable[[Array], Array]]:
    """Train what is still to do of a run, and put the best epoch's averaged weights into the Keras model.

    Args:
        model: The Keras model with the initial weights.
        config: The experiment.
        batches: Training faces and targets, standing at the first epoch that is still to do.
        validation: Input, float32 (N, S, S, 1), and one-hot labels, float32 (N, classes).
        folder: Where the run is kept.
        say: Gets a line for each epoch.

    Returns:
        The curves, and a prediction with the best weights: from input to logits, in float32.
    """
    trainer = Trainer(config, model.get_weights(), steps_per_epoch=len(batches))
    curves = folder.read_curves()
    if curves:
        trainer.restore(folder.path / f"{len(curves)}-{_LAST}")
    progress = Progress(say, config.optimiser.epochs)
    while not is_over(curves, config.optimiser):
        progress.on_epoch_begin(len(curves))
        curves.append(_epoch(trainer, batches, validation, len(curves)))
        _keep(trainer, model, folder, curves)
        batches.on_epoch_end()
        progress.on_epoch_end(len(curves) - 1, _figures(curves[-1]))
    model.load_weights(folder.best_weights)
    trainer.use_averaged_weights(model.get_weights())
    return curves, lambda inputs: trainer.predict(inputs, exact=True)


def _epoch(trainer: Trainer, batches: ShuffledFaces, validation: tuple[Array, Array], epoch: int) -> dict[str, float]:
    """Train one epoch and return its row of the curves."""
    began = time.monotonic()
    figures = trainer.train_epoch(batches, epoch) | trainer.validate(*validation)
    return {"epoch": epoch + 1, "seconds": round(time.monotonic() - began, 1), **figures}


def _figures(row: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in row.items() if name not in ("epoch", "seconds")}


def _keep(trainer: Trainer, model: keras.Model, folder: RunFolder, curves: list[dict[str, float]]) -> None:
    """Keep an epoch. Its weights are in place before its row: a killed run has all of it, or repeats it."""
    accuracies = [row["val_accuracy"] for row in curves]
    if max(accuracies) == accuracies[-1]:
        model.set_weights(trainer.averaged_weights())
        save_weights(model, folder.best_weights)
    last = folder.path / f"{len(curves)}-{_LAST}"
    trainer.save(last)
    replace_text(folder.path / CURVES_FILE, json.dumps(curves, indent=1))
    for old in folder.path.glob(f"*-{_LAST}"):
        if old not in (last, folder.path / f"unfinished-{last.name}"):
            old.unlink()
