"""One line for each epoch, with the time that is left."""

import time
from collections.abc import Callable
from typing import Any

import keras


class Progress(keras.callbacks.Callback):
    """Reports after each epoch how far the training is and how long it will still take."""

    def __init__(self, say: Callable[[str], object], epochs: int) -> None:
        """Prepare.

        Args:
            say: Gets the line.
            epochs: Of the whole run; early stopping may end it sooner.
        """
        super().__init__()
        self._say, self._epochs = say, epochs
        self._began, self._first_epoch = 0.0, 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Note when this start of the run began."""
        if not self._began:
            self._began, self._first_epoch = time.monotonic(), epoch

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Say the epoch's figures."""
        spent_s = time.monotonic() - self._began
        left_s = spent_s / (epoch + 1 - self._first_epoch) * (self._epochs - epoch - 1)
        figures = "  ".join(f"{name} {value:.4f}" for name, value in (logs or {}).items())
        self._say(f"epoch {epoch + 1} of {self._epochs}  {figures}  {_duration(left_s)} left")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
