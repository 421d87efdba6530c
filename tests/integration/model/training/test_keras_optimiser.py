"""What Keras trains with says what it cannot do."""

import pytest

from model.errors import ExperimentInvalid
from model.experiments.config import OptimiserConfig


def test_keras_says_that_its_head_has_no_rate_of_its_own() -> None:
    from model.training.keras_optimiser import adamw

    with pytest.raises(ExperimentInvalid, match=r"head_rate_factor.*--engine torch"):
        adamw(OptimiserConfig(1, head_rate_factor=2.0), steps_per_epoch=10)
