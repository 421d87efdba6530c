"""Networks made for ImageNet, with a new head for emotions: transfer learning.

The backbones are those of ``keras.applications``. Faces are grey; a backbone with three input channels gets the grey
value three times, scaled as its ImageNet weights expect.
"""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from model.labels import EMOTIONS

_ADAPTER = ("face", "colour", "imagenet_scale")
"""Names of the layers before the backbone."""

_HALF_RANGE = 127.5
_IMAGENET_MEAN_RGB = (123.675, 116.28, 103.53)
_IMAGENET_STD_RGB = (58.395, 57.12, 57.375)
_IMAGENET_MEAN_BGR = (103.939, 116.779, 123.68)


def build_densenet121(
    size_px: int,
    *,
    dropout: float = 0.3,
    classes: int = len(EMOTIONS),
    channels: int = 1,
    frozen_backbone: bool = False,
    frozen_layers: int = 0,
) -> keras.Model:
    """Build DenseNet121 (Huang et al. 2017, arXiv 1608.06993), the network that the product is designed for.

    Args:
        size_px: Side of the input in pixels, 32 at least.
        dropout: Share of the pooled features dropped while training.
        classes: Number of emotions that it tells apart.
        channels: Of the backbone's input: 3 where ImageNet weights are loaded, else 1.
        frozen_backbone: Train the head alone.
        frozen_layers: Do not train so many of the backbone's first layers.

    Returns:
        A model from grey faces, float32 (N, size_px, size_px, 1), to logits, float32 (N, classes); 7 million
        parameters.
    """
    scaling = _scaling(_IMAGENET_MEAN_RGB, _IMAGENET_STD_RGB) if channels == 3 else None
    return _transfer(
        "densenet121",
        keras.applications.DenseNet121,
        _colour_input(size_px, channels, scaling),
        (dropout, classes),
        frozen_layers=None if frozen_backbone else frozen_layers,
    )


def build_mobilenetv2(
    size_px: int,
    *,
    dropout: float = 0.3,
    classes: int = len(EMOTIONS),
    frozen_backbone: bool = False,
    frozen_layers: int = 0,
) -> keras.Model:
    """Build MobileNetV2 (Sandler et al. 2018, arXiv 1801.04381); 2.3 million parameters. See ``build_densenet121``."""
    return _transfer(
        "mobilenetv2",
        keras.applications.MobileNetV2,
        _colour_input(size_px, 3, None),
        (dropout, classes),
        frozen_layers=None if frozen_backbone else frozen_layers,
    )


def build_vgg19(
    size_px: int,
    *,
    dropout: float = 0.3,
    classes: int = len(EMOTIONS),
    frozen_backbone: bool = False,
    frozen_layers: int = 0,
) -> keras.Model:
    """Build VGG19 (Simonyan and Zisserman 2014, arXiv 1409.1556); 20 million parameters. See ``build_densenet121``.

    Its features are normalised before the head: VGG19 itself normalises nothing, and a new head on features of
    different sizes unlearns what ImageNet taught before it learns anything.
    """
    return _transfer(
        "vgg19",
        keras.applications.VGG19,
        _colour_input(size_px, 3, _scaling(_IMAGENET_MEAN_BGR, (1.0, 1.0, 1.0))),
        (dropout, classes),
        frozen_layers=None if frozen_backbone else frozen_layers,
        normalised=True,
    )


def _scaling(mean: Sequence[float], deviation: Sequence[float]) -> dict[str, list[float]]:
    """Return how grey values in [-1, 1] become ``(value_0_to_255 - mean) / deviation`` in each channel."""
    return {
        "scale": [_HALF_RANGE / each for each in deviation],
        "offset": [(_HALF_RANGE - middle) / each for middle, each in zip(mean, deviation, strict=True)],
    }


def _colour_input(size_px: int, channels: int, scaling: dict[str, list[float]] | None) -> tuple[Any, Any]:
    """Return the network's input and what the backbone gets of it."""
    inputs = keras.Input((size_px, size_px, 1), name=_ADAPTER[0])
    if channels == 1:
        return inputs, inputs
    if channels != 3:
        raise ValueError(f"channels: expected 1 or 3, came {channels}")
    repeated = keras.layers.Concatenate(name=_ADAPTER[1])([inputs] * channels)
    return inputs, keras.layers.Rescaling(**scaling, name=_ADAPTER[2])(repeated) if scaling else repeated


def _transfer(
    name: str,
    application: Callable[..., keras.Model],
    face: tuple[Any, Any],
    head: tuple[float, int],
    *,
    frozen_layers: int | None,
    normalised: bool = False,
) -> keras.Model:
    """Put a head on a backbone without weights; ``frozen_layers`` None freezes all of it."""
    inputs, image = face
    dropout, classes = head
    backbone = application(include_top=False, weights=None, input_tensor=image, pooling="avg")
    pretrained = [layer for layer in backbone.layers if layer.name not in _ADAPTER]
    for layer in pretrained[:frozen_layers]:
        layer.trainable = False
    features = keras.layers.BatchNormalization(name="features")(backbone.output) if normalised else backbone.output
    features = keras.layers.Dropout(dropout)(features)
    logits = keras.layers.Dense(classes, name="logits", dtype="float32")(features)
    return keras.Model(inputs, logits, name=name)
