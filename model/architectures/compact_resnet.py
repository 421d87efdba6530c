"""A small residual model that two processor cores train in under an hour."""

from typing import Any

import keras

from model.labels import EMOTIONS

_WIDTHS = (32, 64, 128, 192)


def build_compact_resnet(size_px: int, *, dropout: float = 0.3, classes: int = len(EMOTIONS)) -> keras.Model:
    """Build the model: a stem of 24 channels and four residual blocks, each halving the side; 885,000 parameters.

    The blocks follow He et al. 2016, "Deep Residual Learning for Image Recognition", arXiv 1512.03385.

    Args:
        size_px: Side of the input in pixels.
        dropout: Share of the pooled features dropped while training.
        classes: Number of emotions that it tells apart.

    Returns:
        A model from grey faces, float32 (N, size_px, size_px, 1), to logits, float32 (N, classes).
    """
    inputs = keras.Input((size_px, size_px, 1), name="face")
    features = _normalised(keras.layers.Conv2D(24, 3, padding="same", use_bias=False)(inputs))
    for width in _WIDTHS:
        features = _residual_block(features, width)
    pooled = keras.layers.GlobalAveragePooling2D()(features)
    logits = keras.layers.Dense(classes, name="logits", dtype="float32")(keras.layers.Dropout(dropout)(pooled))
    return keras.Model(inputs, logits, name="compact_resnet")


def _normalised(features: Any) -> Any:
    return keras.layers.ReLU()(keras.layers.BatchNormalization(momentum=0.97)(features))


def _residual_block(features: Any, width: int) -> Any:
    """Two 3 × 3 convolutions beside a 1 × 1 shortcut; the side is halved."""
    first = keras.layers.Conv2D(width, 3, strides=2, padding="same", use_bias=False)(features)
    second = keras.layers.Conv2D(width, 3, padding="same", use_bias=False)(_normalised(first))
    shortcut = keras.layers.Conv2D(width, 1, strides=2, padding="same", use_bias=False)(features)
    joined = keras.layers.Add()(
        [keras.layers.BatchNormalization(momentum=0.97)(branch) for branch in (second, shortcut)]
    )
    return keras.layers.ReLU()(joined)
