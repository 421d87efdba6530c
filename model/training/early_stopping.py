"""Ending a run that no longer gets better."""

from typing import Any

import keras

from model.experiments.config import OptimiserConfig


def is_over(curves: list[dict[str, float]], optimiser: OptimiserConfig) -> bool:
    """Return whether a run has had all its epochs, or ``patience`` of them without a better validation accuracy."""
    if len(curves) >= optimiser.epochs:
        return True
    accuracies = [row["val_accuracy"] for row in curves]
    return bool(optimiser.patience and accuracies) and (
        len(accuracies) - 1 - accuracies.index(max(accuracies)) >= optimiser.patience
    )


class StopEarly(keras.callbacks.Callback):
    """Ends a run as ``is_over`` says. The curves alone decide, for a resumed run too."""

    def __init__(self, curves: list[dict[str, float]], optimiser: OptimiserConfig) -> None:
        """Watch ``curves``, which ``KeepEpoch`` extends."""
        super().__init__()
        self._curves, self._optimiser = curves, optimiser

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Stop where nothing got better for long enough."""
        if is_over(self._curves, self._optimiser):
            self.model.stop_training = True
