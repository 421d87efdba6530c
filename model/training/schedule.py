"""What changes with the steps of a training: the one-cycle learning rate, and how far weights are averaged."""

import math
from typing import Any

import keras


class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Up along a cosine to the peak, then down along a cosine to nearly nothing.

    Smith and Topin 2018, "Super-Convergence", arXiv 1708.07120. It depends on the optimiser's own step count alone, so
    a resumed run carries on where it stood.
    """

    def __init__(self, peak: float, total_steps: int, warmup_share: float = 0.3) -> None:
        """Set the course.

        Args:
            peak: Highest learning rate.
            total_steps: Steps of the whole run.
            warmup_share: Share of the steps that goes up, in (0, 1). Raising it delays the peak.
        """
        super().__init__()
        self.peak, self.total_steps, self.warmup_share = peak, total_steps, warmup_share

    def __call__(self, step: Any) -> Any:
        """Return the learning rate at a step counted from 0."""
        ops = keras.ops
        share = ops.clip(ops.cast(step, "float32") / self.total_steps, 0.0, 1.0)
        rising = share / self.warmup_share
        falling = (share - self.warmup_share) / (1 - self.warmup_share)
        up = 0.04 + 0.96 * (1 - ops.cos(math.pi * rising)) / 2
        down = 1e-4 + (1 - 1e-4) * (1 + ops.cos(math.pi * falling)) / 2
        return self.peak * ops.where(share < self.warmup_share, up, down)

    def get_config(self) -> dict[str, Any]:
        """Return what Keras needs to build this schedule again."""
        return {"peak": self.peak, "total_steps": self.total_steps, "warmup_share": self.warmup_share}


def averaging_momentum(wanted: float, steps: int) -> float:
    """Return the momentum of the averaged weights that suits the length of a training.

    Averaged over more than a tenth of it, they would still be near the first ones at its end.

    Args:
        wanted: That of the configuration; 0 averages nothing.
        steps: Of the whole training.

    Returns:
        At most ``wanted``.
    """
    return max(0.0, min(wanted, 1 - 10 / max(steps, 1)))
