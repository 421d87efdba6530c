"""EfficientNet-Lite0: few and cheap operations, of which whole numbers lose little."""

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import keras

from model.architectures.transfer import Backbone, build_transfer

STEM_CHANNELS = 32
HEAD_CHANNELS = 1280
NORM_EPSILON = 1e-3


class Block(NamedTuple):
    """An inverted residual: widened, filtered channel by channel, narrowed.

    Attributes:
        inputs: Channels that come in.
        outputs: Channels that go out.
        expansion: How many times as many channels lie between; 1 widens nothing.
        kernel_px: Side of the filters.
        stride: 2 halves the side.
    """

    inputs: int
    outputs: int
    expansion: int
    kernel_px: int
    stride: int

    @property
    def adds_its_input(self) -> bool:
        """Whether what comes in is added to what goes out."""
        return self.stride == 1 and self.inputs == self.outputs


def _blocks() -> Iterator[Block]:
    inputs = STEM_CHANNELS
    stages = ((1, 16, 1, 3, 1), (2, 24, 6, 3, 2), (2, 40, 6, 5, 2), (3, 80, 6, 3, 2), (3, 112, 6, 5, 1),
              (4, 192, 6, 5, 2), (1, 320, 6, 3, 1))  # fmt: skip
    for repeats, outputs, expansion, kernel_px, stride in stages:
        for repeat in range(repeats):
            yield Block(inputs, outputs, expansion, kernel_px, 1 if repeat else stride)
            inputs = outputs


BLOCKS = tuple(_blocks())
"""Of EfficientNet-B0 (table 1 of the paper), without squeeze and excitation."""


def efficientnet_lite0(*, include_top: bool, weights: None, input_tensor: Any, pooling: str) -> keras.Model:
    """Build the backbone with random weights; Keras has none, so this one is called as its others are.

    Tan and Le 2019, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", arXiv 1905.11946; the
    Lite variant, with ReLU6 and no squeeze and excitation, is in TensorFlow's tpu repository,
    ``models/official/efficientnet/lite``.

    Args:
        include_top: False; the head is ``build_transfer``'s.
        weights: None; ``--init`` takes ImageNet's from a file.
        input_tensor: Pictures of three channels.
        pooling: ``avg``.

    Returns:
        A model from ``input_tensor``'s input to the pooled features, float32 (N, 1280).

    Raises:
        ValueError: If it is asked for anything else.
    """
    if include_top or weights is not None or pooling != "avg":
        raise ValueError("expected no top, no weights and average pooling")
    features = _activated(_convolution(input_tensor, STEM_CHANNELS, kernel_px=3, stride=2))
    for block in BLOCKS:
        features = _inverted_residual(features, block)
    features = _activated(_convolution(features, HEAD_CHANNELS))
    pooled = keras.layers.GlobalAveragePooling2D()(features)
    return keras.Model(keras.utils.get_source_inputs(pooled), pooled, name="efficientnet_lite0")


EFFICIENTNET_LITE0 = Backbone(
    "efficientnet_lite0", efficientnet_lite0, mean=(127.0, 127.0, 127.0), deviation=(128.0, 128.0, 128.0)
)
"""3.4 million parameters. Mean and deviation are those of the original's ``efficientnet_lite_builder``.

The weights were learnt with them: the first convolution's means over 128 pictures of Tiny-ImageNet then correlate by
.90 with those that its normalisation keeps, and its variances are .88 of the kept ones. With ImageNet's usual mean and
deviation, which the weights' package names, it is -.92 and 4.3.
"""

build_efficientnet_lite0 = partial(build_transfer, EFFICIENTNET_LITE0)


def _inverted_residual(features: Any, block: Block) -> Any:
    inner = features
    if block.expansion > 1:
        inner = _activated(_convolution(inner, block.expansion * block.inputs))
    filters = keras.layers.DepthwiseConv2D(block.kernel_px, block.stride, padding="same", use_bias=False)
    inner = _normalised(_convolution(_activated(filters(inner)), block.outputs))
    return keras.layers.Add()([features, inner]) if block.adds_its_input else inner


def _convolution(features: Any, channels: int, *, kernel_px: int = 1, stride: int = 1) -> Any:
    return keras.layers.Conv2D(channels, kernel_px, stride, padding="same", use_bias=False)(features)


def _normalised(features: Any) -> Any:
    return keras.layers.BatchNormalization(epsilon=NORM_EPSILON)(features)


def _activated(features: Any) -> Any:
    return keras.layers.ReLU(6.0)(_normalised(features))
