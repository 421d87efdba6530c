"""Weights from Keras to PyTorch and back, by order."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from model.errors import ExperimentInvalid

Array = npt.NDArray[np.float32]


def keras_weights(model: nn.Module) -> list[Array]:
    """Return a model's weights as ``set_weights`` of the Keras model takes them, float32."""
    return [
        np.array(tensor.detach().float().cpu().numpy(), dtype=np.float32, order="C")
        for tensor in _in_keras_order(model)
    ]


@torch.no_grad()
def set_keras_weights(model: nn.Module, weights: Sequence[npt.NDArray[Any]]) -> None:
    """Put what ``get_weights`` of the Keras model returned into a model.

    Raises:
        ExperimentInvalid: If they are another model's.
    """
    tensors = list(_in_keras_order(model))
    arrays = [torch.from_numpy(np.array(array, dtype=np.float32)) for array in weights]
    if [tensor.shape for tensor in tensors] != [array.shape for array in arrays]:
        expected = f"the {len(tensors)} weights of a {type(model).__name__}"
        raise ExperimentInvalid(f"expected {expected}, came {len(arrays)} others")
    for tensor, array in zip(tensors, arrays, strict=True):
        tensor.copy_(array)


def _in_keras_order(model: nn.Module) -> Iterator[torch.Tensor]:
    """Yield the weights of each layer as it was registered, with their axes in Keras' order.

    They are kernels, and gamma, beta, mean, variance, and bias; what is written into them is the model's.
    """
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            # Of a kernel for single channels, Keras names the channel first, as PyTorch does.
            yield layer.weight.permute(2, 3, 1, 0) if layer.groups == 1 else layer.weight.permute(2, 3, 0, 1)
        elif isinstance(layer, nn.BatchNorm2d):
            yield from (layer.weight, layer.bias, layer.running_mean, layer.running_var)
        elif isinstance(layer, nn.Linear):
            yield from (layer.weight.T, layer.bias)
