"""Weights of a run on disk: the last epoch's, to resume from, and the best ones, to export."""

import json
import time
from pathlib import Path
from typing import Any

import keras

from model.experiments.files import replace_text
from model.experiments.records import BEST_WEIGHTS, CURVES_FILE, read_curves

_LAST = "last.weights.h5"


class RunFolder:
    """The folder of one run: its weights and its curves.

    The weights of an epoch, and the best ones where it is the best, are in place before its row of the curves is
    written, and all are replaced whole. So a run that is killed at any moment resumes at the last epoch in the curves.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the folder."""
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    @property
    def best_weights(self) -> Path:
        """Where the averaged weights of the best epoch are."""
        return self.path / BEST_WEIGHTS

    def read_curves(self) -> list[dict[str, float]]:
        """Return one row per finished epoch, the oldest first."""
        return read_curves(self.path)

    def keep_last(self, model: keras.Model, epochs: int) -> None:
        """Keep weights and optimiser state after so many epochs; they count from ``finish_epoch`` on."""
        save_weights(model, self.path / f"{epochs}-{_LAST}")

    def finish_epoch(self, curves: list[dict[str, float]]) -> None:
        """Write the curves, which makes the last epoch count, and drop the state of the one before."""
        replace_text(self.path / CURVES_FILE, json.dumps(curves, indent=1))
        for old in self.path.glob(f"*-{_LAST}"):
            if old.name != f"{len(curves)}-{_LAST}":
                old.unlink()

    def restore(self, model: keras.Model) -> list[dict[str, float]]:
        """Put the last kept epoch into a compiled model and return its curves, empty for a new run."""
        curves = self.read_curves()
        if curves:
            model.optimizer.build(model.trainable_variables)
            model.load_weights(self.path / f"{len(curves)}-{_LAST}")
        return curves


class KeepEpoch(keras.callbacks.Callback):
    """After each epoch, keep the state that a killed run resumes from. Stands before the swap of averaged weights."""

    def __init__(self, folder: RunFolder, curves: list[dict[str, float]]) -> None:
        """Append to ``curves``, one row per epoch, and keep the state in ``folder``."""
        super().__init__()
        self._folder, self._curves, self._began = folder, curves, time.monotonic()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Note the time."""
        self._began = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep weights and optimiser."""
        row = {name: float(value) for name, value in (logs or {}).items()}
        self._curves.append({"epoch": epoch + 1, "seconds": round(time.monotonic() - self._began, 1), **row})
        self._folder.keep_last(self.model, len(self._curves))


class KeepBest(keras.callbacks.Callback):
    """Keep the (averaged) weights of the epoch with the highest validation accuracy, then finish the epoch.

    Stands after the swap.
    """

    def __init__(self, folder: RunFolder, model: keras.Model, curves: list[dict[str, float]]) -> None:
        """Compare with the epochs in ``curves``, which ``KeepEpoch`` has already extended."""
        super().__init__()
        self._folder, self._inner, self._curves = folder, model, curves

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep the weights when no earlier epoch was better, and the curves in any case."""
        accuracies = [row["val_accuracy"] for row in self._curves]
        if max(accuracies) == accuracies[-1]:
            save_weights(self._inner, self._folder.best_weights)
        self._folder.finish_epoch(self._curves)


def save_weights(model: keras.Model, path: Path) -> None:
    """Write a model's weights so that ``path`` is at any moment either the old or the new file, never half of one."""
    unfinished = path.with_name(f"unfinished-{path.name}")
    model.save_weights(unfinished, overwrite=True)
    unfinished.replace(path)
