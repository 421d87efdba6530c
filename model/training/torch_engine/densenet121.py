"""DenseNet121 in PyTorch, layer by layer that of ``model.architectures.transfer.DENSENET121``."""

import torch
from torch import nn
from torch.nn import functional

_GROWTH = 32
_STEM_CHANNELS = 64
_LAYERS_OF_BLOCK = (6, 12, 24, 16)


class DenseNet121(nn.Module):
    """DenseNet121 (Huang et al. 2017, arXiv 1608.06993) with one input channel and the constants of Keras' own.

    Its layers are registered in the order in which they act, which is also Keras' order of weights.
    """

    def __init__(self, *, classes: int, dropout: float) -> None:
        """Build the model with PyTorch's random weights.

        Args:
            classes: Number of logits.
            dropout: Share of the pooled features dropped while training.
        """
        super().__init__()
        channels = _STEM_CHANNELS
        stages: list[nn.Module] = [_Stem()]
        for block, layers in enumerate(_LAYERS_OF_BLOCK):
            if block:
                stages.append(_Transition(channels))
                channels //= 2
            stages += [_DenseLayer(channels + _GROWTH * layer) for layer in range(layers)]
            channels += _GROWTH * layers
        self.stages = nn.Sequential(*stages)
        self.norm = _normalisation(channels)
        self.dropout = nn.Dropout(dropout)
        self.logits = nn.Linear(channels, classes)

    def forward(self, faces: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (N, classes), of preprocessed faces, shape (N, 1, S, S), range [-1, 1]."""
        features = functional.relu(self.norm(self.stages(faces)))
        logits: torch.Tensor = self.logits(self.dropout(features.mean(dim=(2, 3))))
        return logits


class _Stem(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = _convolution(1, _STEM_CHANNELS, 7, stride=2)
        self.norm = _normalisation(_STEM_CHANNELS)

    def forward(self, faces: torch.Tensor) -> torch.Tensor:
        # Keras pads with zeros here, which after a ReLU are no different from PyTorch's minus infinity.
        return functional.max_pool2d(functional.relu(self.norm(self.conv(faces))), 3, stride=2, padding=1)


class _DenseLayer(nn.Module):
    """Adds ``_GROWTH`` channels to those that come in."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = _normalisation(channels)
        self.narrow = _convolution(channels, 4 * _GROWTH, 1)
        self.narrow_norm = _normalisation(4 * _GROWTH)
        self.conv = _convolution(4 * _GROWTH, _GROWTH, 3)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        narrow = self.narrow(functional.relu(self.norm(features)))
        return torch.cat([features, self.conv(functional.relu(self.narrow_norm(narrow)))], dim=1)


class _Transition(nn.Module):
    """Halves channels and side."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = _normalisation(channels)
        self.conv = _convolution(channels, channels // 2, 1)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return functional.avg_pool2d(self.conv(functional.relu(self.norm(features))), 2)


def _convolution(inputs: int, outputs: int, kernel_px: int, *, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, kernel_px, stride=stride, padding=kernel_px // 2, bias=False)


def _normalisation(channels: int) -> nn.BatchNorm2d:
    """Return a batch normalisation with Keras' constants; its momentum of 0.99 is PyTorch's 0.01."""
    return nn.BatchNorm2d(channels, eps=1.001e-5, momentum=0.01)
