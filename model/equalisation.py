"""Brings the channels of DenseNet121 to one scale before int8; what it answers stays the same.

A dense block hands all its channels on side by side, and int8 gives them one range together: where one channel is a
hundred times as wide as the others, those keep no more than two or three steps. Every channel goes into batch
normalisations alone, so it can be divided by its deviation where it is made, and the normalisations' mean and variance
with it (Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias Correction", arXiv 1906.04721).
"""

import keras
import numpy as np
import numpy.typing as npt

_BLOCKS = {2: "pool2_bn", 3: "pool3_bn", 4: "pool4_bn", 5: "bn"}
"""Each dense block, and the normalisation that sees all its channels."""

Deviations = npt.NDArray[np.float32]


def equalise_channels(model: keras.Model) -> None:
    """Give every channel between the layers of a DenseNet121's blocks a deviation of 1; leave other models alone.

    Args:
        model: Trained; changed in place. Its logits stay the same but for rounding.
    """
    layers = {layer.name: layer for layer in model.layers}
    if not {*_BLOCKS.values(), "conv1_bn", "pool2_conv"} <= set(layers):
        return
    for block, last in _BLOCKS.items():
        _, _, _, variance = layers[last].get_weights()
        deviations = np.sqrt(variance + layers[last].epsilon)
        made = _divide_makers(layers, block, deviations)
        if made != len(deviations):
            raise ValueError(f"{last}: expected {len(deviations)} channels, the layers before it make {made}")
        for name in (*_members(layers, block, "0_bn"), last):
            _divide_input(layers[name], deviations)


def _members(layers: dict[str, keras.Layer], block: int, end: str) -> list[str]:
    """Return the names of one layer of each part of a block, in order."""
    names: list[str] = []
    while (name := f"conv{block}_block{len(names) + 1}_{end}") in layers:
        names.append(name)
    return names


def _divide_makers(layers: dict[str, keras.Layer], block: int, deviations: Deviations) -> int:
    """Divide what makes a block's channels by their deviations, and return how many channels that are."""
    if block == 2:  # A ReLU and a maximum lie between, which keep a positive factor.
        gamma, beta, mean, variance = layers["conv1_bn"].get_weights()
        made = len(gamma)
        layers["conv1_bn"].set_weights([gamma / deviations[:made], beta / deviations[:made], mean, variance])
        convolutions = _members(layers, block, "2_conv")
    else:
        made, convolutions = 0, [f"pool{block - 1}_conv", *_members(layers, block, "2_conv")]
    for name in convolutions:
        (kernel,) = layers[name].get_weights()
        layers[name].set_weights([kernel / deviations[made : made + kernel.shape[-1]]])
        made += kernel.shape[-1]
    return made


def _divide_input(normalisation: keras.Layer, deviations: Deviations) -> None:
    """Make a normalisation expect its input divided by the deviations; its epsilon is allowed for."""
    gamma, beta, mean, variance = normalisation.get_weights()
    divisors = deviations[: len(gamma)]
    epsilon = normalisation.epsilon
    variance = np.maximum((variance + epsilon) / divisors**2 - epsilon, 0)
    normalisation.set_weights([gamma, beta, mean / divisors, variance])
