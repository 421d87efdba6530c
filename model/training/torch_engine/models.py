"""The models that PyTorch trains, each the twin of the Keras model of the same name."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from torch import nn

from model.errors import ExperimentInvalid
from model.experiments.config import ExperimentConfig
from model.training.torch_engine.densenet121 import DenseNet121
from model.training.torch_engine.efficientnet_lite0 import EfficientNetLite0


class _Twin(NamedTuple):
    """A model and the number of its input channels, which is that of the Keras one unless an experiment says so."""

    build: Callable[..., nn.Module]
    channels: int


_TWINS: Mapping[str, _Twin] = {
    "densenet121": _Twin(DenseNet121, channels=1),
    "efficientnet_lite0": _Twin(EfficientNetLite0, channels=3),
}


def build_twin(config: ExperimentConfig, *, classes: int) -> nn.Module:
    """Build an experiment's model in PyTorch with random weights; its last layer is ``logits``."""
    return _TWINS[config.architecture].build(classes=classes, dropout=config.dropout)


def check_trainable(config: ExperimentConfig) -> None:
    """Make sure that this engine has the experiment's model.

    Raises:
        ExperimentInvalid: If it has not.
    """
    options = {name: value for name, value in config.network.items() if name != "classes" and value}
    twin = _TWINS.get(config.architecture)
    if twin is None or options not in ({}, {"channels": twin.channels}):
        known = ", ".join(f"{name} with channels = {twin.channels}" for name, twin in _TWINS.items())
        raise ExperimentInvalid(
            f"engine: torch trains {known}, and nothing frozen; came {config.architecture} with "
            f"{dict(config.network)}; use --engine keras"
        )
