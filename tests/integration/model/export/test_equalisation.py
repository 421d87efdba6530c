"""Channels are brought to one scale for int8, and the answers stay what they were."""

import keras
import numpy as np
import pytest

from model.architectures import build
from model.equalisation import equalise_channels


@pytest.fixture(scope="module")
def uneven() -> keras.Model:
    """A DenseNet121 whose channels differ in scale a thousandfold, as trained ones' can."""
    keras.utils.set_random_seed(3)
    model = build("densenet121", 32)
    random = np.random.default_rng(3)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            channels = layer.gamma.shape[0]
            layer.set_weights(
                [
                    random.uniform(0.5, 1.5, channels),
                    random.normal(0, 0.1, channels),
                    random.normal(0, 1, channels),
                    10.0 ** random.uniform(-3, 3, channels),
                ]
            )
    return model


def test_the_answers_stay_the_same_and_every_channel_gets_one_scale(uneven: keras.Model) -> None:
    faces = np.random.default_rng(4).uniform(-1, 1, (4, 32, 32, 1)).astype(np.float32)
    before = np.asarray(uneven(faces, training=False))

    equalise_channels(uneven)

    np.testing.assert_allclose(np.asarray(uneven(faces, training=False)), before, rtol=1e-3, atol=1e-4)
    layers = {layer.name: layer for layer in uneven.layers}
    for name in ("pool2_bn", "pool3_bn", "pool4_bn", "bn"):
        np.testing.assert_allclose(layers[name].get_weights()[3], 1, rtol=1e-3)


def test_another_network_is_left_alone() -> None:
    model = build("compact_resnet", 48)
    before = model.get_weights()

    equalise_channels(model)

    assert all(np.array_equal(now, then) for now, then in zip(model.get_weights(), before, strict=True))
