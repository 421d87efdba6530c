"""The networks, each built by name."""

from collections.abc import Callable

import keras

from model.architectures.compact_resnet import build_compact_resnet
from model.architectures.densenet121 import build_densenet121
from model.errors import ExperimentInvalid

ARCHITECTURES: dict[str, Callable[..., keras.Model]] = {
    "compact_resnet": build_compact_resnet,
    "densenet121": build_densenet121,
}


def build(name: str, size_px: int, *, channels: int = 1, dropout: float = 0.3) -> keras.Model:
    """Build a network with random weights.

    Args:
        name: A key of ``ARCHITECTURES``.
        size_px: Side of the square input in pixels.
        channels: 1 for grey faces.
        dropout: Share of features dropped before the head while training.

    Returns:
        A model from float32 (N, size_px, size_px, channels) to logits, float32 (N, 7).

    Raises:
        ExperimentInvalid: If there is no such network.
    """
    if name not in ARCHITECTURES:
        raise ExperimentInvalid(f"architecture: expected one of {', '.join(sorted(ARCHITECTURES))}, came {name!r}")
    return ARCHITECTURES[name](size_px, channels=channels, dropout=dropout)
