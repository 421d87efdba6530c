"""What a training starts from: an earlier run's weights, a backbone's file, a model around a backbone."""

from pathlib import Path

import keras
import numpy as np
import pytest

from model.architectures import build_model
from model.errors import ExperimentInvalid
from model.experiments.config import ExperimentConfig, OptimiserConfig
from model.experiments.records import RunRecord, init_provenance, write_record
from model.training.pretrained_weights import load_initial

# Keras, on NumPy 2, warns of its own deprecations; writing .h5 is what is tested here.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5"),
]

PLAIN = ExperimentConfig(
    "seven", "plain_cnn", 48, OptimiserConfig(1), network={"filters": [4, 8], "units": 0}, dropout=0.0
)
MOBILE = ExperimentConfig("mobile", "mobilenetv2", 32, OptimiserConfig(1))


@pytest.fixture(scope="module")
def backbone() -> keras.Model:
    """A MobileNetV2 that came from elsewhere, here with random weights."""
    return keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(32, 32, 3), pooling="avg")


def first_kernel(model: keras.Model, layer: str = "Conv1") -> np.ndarray:
    return np.asarray(model.get_layer(layer).get_weights()[0])


def test_an_earlier_runs_features_serve_another_number_of_emotions(tmp_path: Path) -> None:
    earlier = build_model(PLAIN)
    earlier.save_weights(tmp_path / "best.weights.h5")
    write_record(RunRecord(PLAIN, "", "", 1, 1), tmp_path)
    two = ExperimentConfig("two", "plain_cnn", 48, OptimiserConfig(1), ("happy", "sad"), PLAIN.network)
    model = build_model(two)
    head = model.get_layer("logits").get_weights()

    load_initial(model, two, str(tmp_path / "best.weights.h5"))

    theirs, mine = ([layer for layer in model.layers if layer.weights] for model in (earlier, model))
    assert all(
        np.array_equal(a.get_weights()[0], b.get_weights()[0]) for a, b in zip(theirs[:2], mine[:2], strict=True)
    )
    assert all(np.array_equal(a, b) for a, b in zip(head, model.get_layer("logits").get_weights(), strict=True))


def test_a_backbones_file_of_weights_is_the_start(tmp_path: Path, backbone: keras.Model) -> None:
    path = tmp_path / "mobilenetv2.weights.h5"
    keras.Model(backbone.input, backbone.layers[-2].output).save_weights(path)
    model = build_model(MOBILE)

    load_initial(model, MOBILE, str(path))

    assert np.array_equal(first_kernel(model), first_kernel(backbone))


def test_a_model_around_a_backbone_is_the_start(tmp_path: Path, backbone: keras.Model) -> None:
    face = keras.Input((32, 32, 3))
    keras.Model(face, keras.layers.Dense(120)(backbone(face))).save(tmp_path / "dogs.h5")
    model = build_model(MOBILE)

    load_initial(model, MOBILE, str(tmp_path / "dogs.h5"))

    assert np.array_equal(first_kernel(model, "Conv_1"), first_kernel(backbone, "Conv_1"))


def test_weights_of_another_network_are_refused_by_name(tmp_path: Path) -> None:
    face = keras.Input((8, 8, 1))
    keras.Model(face, keras.layers.Conv2D(2, 3, name="theirs")(face)).save(tmp_path / "other.h5")

    with pytest.raises(ExperimentInvalid, match=r"other\.h5: not the weights of a mobilenetv2 \(no layer"):
        load_initial(build_model(MOBILE), MOBILE, str(tmp_path / "other.h5"))


def test_a_grey_densenet_says_what_imagenets_weights_need(tmp_path: Path) -> None:
    face = keras.Input((32, 32, 3))
    colour = keras.applications.DenseNet121(include_top=False, weights=None, input_tensor=face)
    colour.save(tmp_path / "densenet.h5")
    grey = ExperimentConfig("grey", "densenet121", 32, OptimiserConfig(1))

    with pytest.raises(ExperimentInvalid, match="channels = 3"):
        load_initial(build_model(grey), grey, str(tmp_path / "densenet.h5"))


def test_rubbish_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rubbish.h5").write_text("no weights")

    with pytest.raises(ExperimentInvalid, match=r"rubbish\.h5: not the weights of a mobilenetv2"):
        load_initial(build_model(MOBILE), MOBILE, str(tmp_path / "rubbish.h5"))


def test_a_network_without_a_backbone_takes_no_imagenet() -> None:
    with pytest.raises(ExperimentInvalid, match="ImageNet weights are for densenet121, mobilenetv2, vgg19"):
        load_initial(build_model(PLAIN), PLAIN, "imagenet")


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ExperimentInvalid, match=r"expected none, imagenet or a file of weights, came 'no\.h5'"):
        init_provenance("no.h5")


def test_a_short_training_forgets_the_statistics_that_it_started_from() -> None:
    model = build_model(MOBILE)
    momenta = [layer.momentum for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert len(momenta) == 52
    assert max(momenta) <= 0.99
