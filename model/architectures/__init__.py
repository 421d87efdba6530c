"""The models, each built by name."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import keras

from model.architectures.compact_resnet import build_compact_resnet
from model.architectures.efficientnet_lite0 import build_efficientnet_lite0
from model.architectures.plain_cnn import build_plain_cnn
from model.architectures.transfer import build_densenet121, build_mobilenetv2, build_vgg19
from model.errors import ExperimentInvalid
from model.labels import EMOTIONS

if TYPE_CHECKING:
    from model.experiments.config import ExperimentConfig

ARCHITECTURES: dict[str, Callable[..., keras.Model]] = {
    "compact_resnet": build_compact_resnet,
    "densenet121": build_densenet121,
    "efficientnet_lite0": build_efficientnet_lite0,
    "mobilenetv2": build_mobilenetv2,
    "plain_cnn": build_plain_cnn,
    "vgg19": build_vgg19,
}


def build(
    name: str, size_px: int, *, dropout: float = 0.3, classes: int = len(EMOTIONS), **options: object
) -> keras.Model:
    """Build a model with random weights.

    Args:
        name: A key of ``ARCHITECTURES``.
        size_px: Side of the square input in pixels.
        dropout: Share of features dropped before the head while training.
        classes: Number of emotions that it tells apart.
        options: What the model's builder takes besides, for example ``filters`` of ``plain_cnn``.

    Returns:
        A model from grey faces, float32 (N, size_px, size_px, 1) in [-1, 1], to logits, float32 (N, classes).

    Raises:
        ExperimentInvalid: If there is no such model, it has no such option, or the option's value does not fit it.
    """
    if name not in ARCHITECTURES:
        raise ExperimentInvalid(f"architecture: expected one of {', '.join(sorted(ARCHITECTURES))}, came {name!r}")
    try:
        return ARCHITECTURES[name](size_px, dropout=dropout, classes=classes, **options)
    except (TypeError, ValueError) as error:
        raise ExperimentInvalid(f"{name} cannot be built with {options}: {error}") from error


def build_model(config: "ExperimentConfig") -> keras.Model:
    """Build the model of an experiment with random weights; see ``build``."""
    options = {"dropout": config.dropout, "classes": len(config.emotions), **config.network}
    return build(config.architecture, config.size_px, **options)
