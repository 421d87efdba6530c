"""Weights from Keras to PyTorch and back, by order."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from model.errors import ExperimentInvalid

Array = npt.NDArray[np.float32]

_KERNEL_TO_KERAS = (2, 3, 1, 0)
_KERNEL_TO_TORCH = (3, 2, 0, 1)


def keras_weights(network: nn.Module) -> list[Array]:
    """Return a network's weights as ``set_weights`` of the Keras network takes them, float32."""
    return [_turned(tensor.detach().float().cpu().numpy(), _KERNEL_TO_KERAS) for tensor in _in_keras_order(network)]


@torch.no_grad()
def set_keras_weights(network: nn.Module, weights: Sequence[npt.NDArray[Any]]) -> None:
    """Put what ``get_weights`` of the Keras network returned into a network.

    Raises:
        ExperimentInvalid: If they are another network's.
    """
    tensors = list(_in_keras_order(network))
    turned = [torch.from_numpy(_turned(np.asarray(array), _KERNEL_TO_TORCH)) for array in weights]
    if [tensor.shape for tensor in tensors] != [array.shape for array in turned]:
        raise ExperimentInvalid(f"expected the {len(tensors)} weights of a grey densenet121, came {len(turned)} others")
    for tensor, array in zip(tensors, turned, strict=True):
        tensor.copy_(array)


def _in_keras_order(network: nn.Module) -> Iterator[torch.Tensor]:
    """Yield the tensors of each layer as it was registered: kernels, and gamma, beta, mean, variance, and bias."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            yield layer.weight
        elif isinstance(layer, nn.BatchNorm2d):
            yield from (layer.weight, layer.bias, layer.running_mean, layer.running_var)
        elif isinstance(layer, nn.Linear):
            yield from (layer.weight, layer.bias)


def _turned(array: npt.NDArray[Any], kernel_axes: tuple[int, ...]) -> Array:
    """Return a kernel with its axes in the other library's order, and anything else as it is."""
    axes = {4: kernel_axes, 2: (1, 0)}.get(array.ndim)
    return np.array(array if axes is None else array.transpose(axes), dtype=np.float32, order="C")
