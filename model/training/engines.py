"""What trains an experiment, chosen before Keras is imported."""

import os

from model.experiments.config import ExperimentConfig
from model.training.torch_engine import check_torch


def prepare_engine(config: ExperimentConfig) -> None:
    """Let Keras compute with PyTorch where PyTorch trains, so that TensorFlow need not be installed.

    Keras reads its backend from the environment when it is first imported; one that is set there stays.

    Raises:
        EngineMissing: If PyTorch is to train and is not installed.
    """
    if config.engine == "torch":
        check_torch()
        os.environ.setdefault("KERAS_BACKEND", "torch")
