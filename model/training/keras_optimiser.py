"""What Keras trains with: AdamW under the experiment's schedule, and the averaged weights."""

import keras

from model.errors import ExperimentInvalid
from model.experiments.config import OptimiserConfig
from model.training.schedule import OneCycle, averaging_momentum


def adamw(wanted: OptimiserConfig, *, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    """Return the optimiser; biases and normalisation do not decay.

    Args:
        wanted: That of the experiment.
        steps_per_epoch: Stretches the learning-rate schedule.

    Raises:
        ExperimentInvalid: If the head is to learn at another rate, which this optimiser cannot do.
    """
    if wanted.head_rate_factor != 1:
        raise ExperimentInvalid(
            "optimiser.head_rate_factor: Keras trains all layers at one rate here; train with --engine torch"
        )
    rate: float | OneCycle = wanted.peak_learning_rate
    if wanted.schedule == "one_cycle":
        rate = OneCycle(wanted.peak_learning_rate, steps_per_epoch * wanted.epochs, wanted.warmup_share)
    momentum = averaging_momentum(wanted.ema_momentum, steps_per_epoch * wanted.epochs)
    ema = {"use_ema": True, "ema_momentum": momentum} if wanted.ema_momentum else {}
    optimiser = keras.optimizers.AdamW(rate, weight_decay=wanted.weight_decay, **ema)
    optimiser.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimiser


def averaging(wanted: OptimiserConfig) -> tuple[keras.callbacks.Callback, ...]:
    """Return what puts the averaged weights in place for validation and for the best epoch's file."""
    return (keras.callbacks.SwapEMAWeights(swap_on_epoch=True),) if wanted.ema_momentum else ()
