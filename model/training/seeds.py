"""Random numbers that do not depend on whether a run was interrupted."""

from typing import Any

import keras
import numpy as np

_SEED_STATE = "seed_generator_state"


class ReseedEachEpoch(keras.callbacks.Callback):
    """Sets the state of every random layer at the start of an epoch.

    Keras keeps these states in no weights file, so a resumed run would draw again what the first epoch drew.
    """

    def __init__(self, seed: int) -> None:
        """Draw the states from ``seed`` and the epoch."""
        super().__init__()
        self._seed = seed

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Give each random layer its own state for this epoch."""
        states = [variable for variable in self.model.variables if variable.name == _SEED_STATE]
        random = np.random.default_rng((self._seed, epoch))
        for state in states:
            state.assign(random.integers(0, 2**31, size=2).astype(state.dtype))
