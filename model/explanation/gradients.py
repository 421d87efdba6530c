"""Gradients made of operations that LiteRT has: TensorFlow's own ``ReluGrad``, ``AvgPoolGrad`` … do not convert.

Importing this module registers them; ``CONVERTIBLE`` tells ``tf.Graph.gradient_override_map`` where they belong. Only
gradients with respect to inputs are given, as the weights of an exported model stand still.
"""

from typing import Any

import tensorflow as tf

from model.errors import ExperimentInvalid

CONVERTIBLE = {
    "Relu": "ConvertibleRelu",
    "Relu6": "ConvertibleRelu6",
    "AvgPool": "ConvertibleAvgPool",
    "MaxPool": "ConvertibleMaxPool",
    "DepthwiseConv2dNative": "ConvertibleDepthwiseConv2d",
}


@tf.RegisterGradient("ConvertibleRelu")
def relu_gradient(operation: Any, gradient: Any) -> Any:
    """Let through where the output is above zero."""
    return gradient * tf.cast(operation.outputs[0] > 0, gradient.dtype)


@tf.RegisterGradient("ConvertibleRelu6")
def relu6_gradient(operation: Any, gradient: Any) -> Any:
    """Let through where the output is between zero and six."""
    output = operation.outputs[0]
    return gradient * tf.cast((output > 0) & (output < 6), gradient.dtype)


@tf.RegisterGradient("ConvertibleAvgPool")
def average_pool_gradient(operation: Any, gradient: Any) -> Any:
    """Share each gradient among the pixels of its window."""
    side = _window_side(operation)
    return _spread(gradient / side**2, side, operation.inputs[0].shape)


@tf.RegisterGradient("ConvertibleMaxPool")
def max_pool_gradient(operation: Any, gradient: Any) -> Any:
    """Give each gradient to its window's largest pixel; several equal ones, which are mostly zeros, share it.

    TensorFlow gives it to the first of them. Grad-CAM averages over all pixels, so that comes to the same.
    """
    side, inputs = _window_side(operation), operation.inputs[0]
    is_largest = tf.cast(inputs >= _spread(operation.outputs[0], side, inputs.shape), gradient.dtype)
    sharers = side**2 * tf.nn.avg_pool2d(is_largest, side, side, "VALID")
    return _spread(gradient / sharers, side, inputs.shape) * is_largest


@tf.RegisterGradient("ConvertibleDepthwiseConv2d")
def depthwise_gradient(operation: Any, gradient: Any) -> list[Any]:
    """Convolve the gradient, zeros put between its pixels for a stride, with the kernel turned by half a turn."""
    inputs, kernel = operation.inputs
    stride, side = operation.get_attr("strides")[1], kernel.shape[0]
    stuffed = _stuffed(gradient, stride)
    is_same = operation.get_attr("padding") == b"SAME"
    pads = [_padding(inputs.shape[axis], stuffed.shape[axis], side, stride, is_same) for axis in (1, 2)]
    padded = tf.pad(stuffed, [[0, 0], *pads, [0, 0]])
    turned = tf.reverse(kernel, axis=[0, 1])
    return [tf.nn.depthwise_conv2d(padded, turned, strides=[1, 1, 1, 1], padding="VALID"), None]


def _stuffed(gradient: Any, stride: int) -> Any:
    """Put ``stride - 1`` zeros between neighbours, along one axis at a time: LiteRT pads no more than four axes."""
    batch, height, width, channels = gradient.shape
    zeros = [[0, 0], [0, 0], [0, stride - 1], [0, 0]]
    rows = tf.pad(tf.reshape(gradient, [batch, height, 1, width * channels]), zeros)
    tall = tf.reshape(rows, [batch, height * stride, width, channels])[:, : (height - 1) * stride + 1]
    columns = tf.pad(tf.reshape(tall, [batch * tall.shape[1], width, 1, channels]), zeros)
    wide = tf.reshape(columns, [batch, tall.shape[1], width * stride, channels])
    return wide[:, :, : (width - 1) * stride + 1]


def _padding(input_side: int, stuffed_side: int, kernel_side: int, stride: int, is_same: bool) -> list[int]:
    """Return how many zeros go before and behind, so that the gradient becomes as large as the input."""
    output_side = -(-input_side // stride)
    before = max((output_side - 1) * stride + kernel_side - input_side, 0) // 2 if is_same else 0
    first = kernel_side - 1 - before
    return [first, input_side + kernel_side - 1 - stuffed_side - first]


def _window_side(operation: Any) -> int:
    """Return the side of a pooling window.

    Raises:
        ExperimentInvalid: If windows overlap or are not square; no model of the workbench pools so this late.
    """
    windows, strides = operation.get_attr("ksize"), operation.get_attr("strides")
    if list(windows) != list(strides) or windows[1] != windows[2]:
        raise ExperimentInvalid(
            f"explanation: expected square pooling windows that do not overlap, came {windows} every {strides}; "
            "the artefact serves without an explanation"
        )
    return int(windows[1])


def _spread(values: Any, side: int, shape: Any) -> Any:
    """Repeat each pixel ``side`` times both ways, and cut or fill with zeros up to the size of ``shape``."""
    batch, height, width, channels = values.shape
    tiled = tf.tile(values[:, :, None, :, None, :], [1, 1, side, 1, side, 1])
    large = tf.reshape(tiled, [batch, height * side, width * side, channels])[:, : shape[1], : shape[2]]
    return tf.pad(large, [[0, 0], [0, shape[1] - large.shape[1]], [0, shape[2] - large.shape[2]], [0, 0]])
