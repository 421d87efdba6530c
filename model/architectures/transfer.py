"""Models made for ImageNet, with a new head for emotions: transfer learning.

The backbones are those of ``keras.applications``. Faces are grey; a backbone with three input channels gets the grey
value three times, scaled as its ImageNet weights expect.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras

from model.labels import EMOTIONS

_ADAPTER = ("face", "colour", "imagenet_scale")
"""Names of the layers before the backbone."""

_HALF_RANGE = 127.5
_SLOWEST_MOMENTUM = 0.99
"""Of a batch normalisation: with MobileNetV2's own 0.999 the start's statistics still count after five epochs."""


@dataclass(frozen=True)
class Backbone:
    """What carries the head.

    Attributes:
        name: Of the model built on it.
        application: Builds it.
        mean: Of the grey values 0 to 255, one for each of its input channels, as its ImageNet weights expect; empty
            where they expect [-1, 1].
        deviation: The same for what values are divided by.
        channels: Of its input unless the experiment says otherwise.
        has_normalised_features: Whether the head gets its features normalised. VGG19 itself normalises nothing, and a
            new head on features of different sizes unlearns what ImageNet taught before it learns anything.
    """

    name: str
    application: Callable[..., keras.Model]
    mean: Sequence[float] = ()
    deviation: Sequence[float] = ()
    channels: int = 3
    has_normalised_features: bool = False


DENSENET121 = Backbone(
    "densenet121",
    keras.applications.DenseNet121,
    mean=(123.675, 116.28, 103.53),
    deviation=(58.395, 57.12, 57.375),
    channels=1,
)
"""Huang et al. 2017, arXiv 1608.06993: the model that the product is designed for; 7 million parameters."""

MOBILENETV2 = Backbone("mobilenetv2", keras.applications.MobileNetV2)
"""Sandler et al. 2018, arXiv 1801.04381; 2.3 million parameters."""

VGG19 = Backbone(
    "vgg19",
    keras.applications.VGG19,
    mean=(103.939, 116.779, 123.68),
    deviation=(1.0, 1.0, 1.0),
    has_normalised_features=True,
)
"""Simonyan and Zisserman 2014, arXiv 1409.1556; 20 million parameters. Its channels are blue, green, red."""


def build_transfer(
    backbone: Backbone,
    size_px: int,
    *,
    dropout: float = 0.3,
    classes: int = len(EMOTIONS),
    channels: int = 0,
    frozen_backbone: bool = False,
    frozen_layers: int = 0,
) -> keras.Model:
    """Put a new head on a backbone with random weights.

    Args:
        backbone: What carries the head.
        size_px: Side of the input in pixels, 32 at least.
        dropout: Share of the pooled features dropped while training.
        classes: Number of emotions that it tells apart.
        channels: Of the backbone's input, 3 where ImageNet weights are loaded or else 1; 0 stands for its own number.
        frozen_backbone: Train the head alone.
        frozen_layers: Do not train so many of the backbone's first layers.

    Returns:
        A model from grey faces, float32 (N, size_px, size_px, 1), to logits, float32 (N, classes).

    Raises:
        ValueError: If there cannot be so many channels.
    """
    inputs, image = _colour_input(size_px, channels or backbone.channels, backbone)
    model = backbone.application(include_top=False, weights=None, input_tensor=image, pooling="avg")
    pretrained = [layer for layer in model.layers if layer.name not in _ADAPTER]
    for layer in pretrained[: None if frozen_backbone else frozen_layers]:
        layer.trainable = False
    for layer in pretrained:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = min(layer.momentum, _SLOWEST_MOMENTUM)
    features = model.output
    if backbone.has_normalised_features:
        features = keras.layers.BatchNormalization(name="features")(features)
    logits = keras.layers.Dense(classes, name="logits", dtype="float32")(keras.layers.Dropout(dropout)(features))
    return keras.Model(inputs, logits, name=backbone.name)


build_densenet121 = partial(build_transfer, DENSENET121)
build_mobilenetv2 = partial(build_transfer, MOBILENETV2)
build_vgg19 = partial(build_transfer, VGG19)


def _colour_input(size_px: int, channels: int, backbone: Backbone) -> tuple[Any, Any]:
    """Return the model's input and what the backbone gets of it."""
    inputs = keras.Input((size_px, size_px, 1), name=_ADAPTER[0])
    if channels == 1:
        return inputs, inputs
    if channels != 3:
        raise ValueError(f"channels: expected 1 or 3, came {channels}")
    repeated = keras.layers.Concatenate(name=_ADAPTER[1])([inputs] * channels)
    if not backbone.mean:
        return inputs, repeated
    # Grey values in [-1, 1] become (value from 0 to 255 - mean) / deviation in each channel.
    scale = [_HALF_RANGE / deviation for deviation in backbone.deviation]
    offset = [
        (_HALF_RANGE - mean) / deviation for mean, deviation in zip(backbone.mean, backbone.deviation, strict=True)
    ]
    return inputs, keras.layers.Rescaling(scale, offset, name=_ADAPTER[2])(repeated)
