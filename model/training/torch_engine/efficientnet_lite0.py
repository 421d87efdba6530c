"""EfficientNet-Lite0 in PyTorch, layer by layer that of ``model.architectures.efficientnet_lite0``."""

import torch
from torch import nn
from torch.nn import functional

from model.architectures.efficientnet_lite0 import (
    BLOCKS,
    EFFICIENTNET_LITE0,
    HEAD_CHANNELS,
    NORM_EPSILON,
    STEM_CHANNELS,
    Block,
)

_HALF_RANGE = 127.5


class EfficientNetLite0(nn.Module):
    """EfficientNet-Lite0 (Tan and Le 2019, arXiv 1905.11946) with the constants and the padding of TensorFlow's own.

    Its layers are registered in the order in which they act, which is also Keras' order of weights.
    """

    def __init__(self, *, classes: int, dropout: float) -> None:
        """Build the model with PyTorch's random weights.

        Args:
            classes: Number of logits.
            dropout: Share of the pooled features dropped while training.
        """
        super().__init__()
        self.stem = _Activated(_SameConv2d(3, STEM_CHANNELS, 3, stride=2), STEM_CHANNELS)
        self.blocks = nn.Sequential(*(_InvertedResidual(block) for block in BLOCKS))
        self.top = _Activated(_SameConv2d(BLOCKS[-1].outputs, HEAD_CHANNELS, 1), HEAD_CHANNELS)
        self.dropout = nn.Dropout(dropout)
        self.logits = nn.Linear(HEAD_CHANNELS, classes)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return logits.

        Args:
            pictures: Preprocessed faces, shape (N, 1, S, S), range [-1, 1], or pictures in colour, (N, 3, S, S).

        Returns:
            Shape (N, classes).
        """
        mean, deviation = EFFICIENTNET_LITE0.mean[0], EFFICIENTNET_LITE0.deviation[0]
        colour = (pictures * (_HALF_RANGE / deviation) + (_HALF_RANGE - mean) / deviation).expand(-1, 3, -1, -1)
        features = self.top(self.blocks(self.stem(colour)))
        logits: torch.Tensor = self.logits(self.dropout(features.mean(dim=(2, 3))))
        return logits


class _SameConv2d(nn.Conv2d):
    """A convolution padded as TensorFlow's "same": where the stride leaves an odd number, more behind than before."""

    def __init__(self, inputs: int, outputs: int, kernel_px: int, *, stride: int = 1, groups: int = 1) -> None:
        padding = kernel_px // 2 if stride == 1 else 0
        super().__init__(inputs, outputs, kernel_px, stride, padding, groups=groups, bias=False)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        stride, kernel_px, side_px = self.stride[0], self.kernel_size[0], features.shape[-1]
        if stride > 1:
            missing = max((-(-side_px // stride) - 1) * stride + kernel_px - side_px, 0)
            before, behind = missing // 2, missing - missing // 2
            features = functional.pad(features, (before, behind, before, behind))
        return super().forward(features)


class _Activated(nn.Module):
    """A convolution, normalised, and cut at 0 and 6."""

    def __init__(self, conv: nn.Conv2d, channels: int) -> None:
        super().__init__()
        self.conv, self.norm = conv, _normalisation(channels)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return functional.relu6(self.norm(self.conv(features)))


class _InvertedResidual(nn.Module):
    def __init__(self, block: Block) -> None:
        super().__init__()
        wide = block.expansion * block.inputs
        layers: list[nn.Module] = []
        if block.expansion > 1:
            layers.append(_Activated(_SameConv2d(block.inputs, wide, 1), wide))
        filters = _SameConv2d(wide, wide, block.kernel_px, stride=block.stride, groups=wide)
        layers += [_Activated(filters, wide), _SameConv2d(wide, block.outputs, 1), _normalisation(block.outputs)]
        self.layers, self._adds_its_input = nn.Sequential(*layers), block.adds_its_input

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        inner: torch.Tensor = self.layers(features)
        return features + inner if self._adds_its_input else inner


def _normalisation(channels: int) -> nn.BatchNorm2d:
    """Return a batch normalisation with Keras' constants; its momentum of 0.99 is PyTorch's 0.01."""
    return nn.BatchNorm2d(channels, eps=NORM_EPSILON, momentum=0.01)
