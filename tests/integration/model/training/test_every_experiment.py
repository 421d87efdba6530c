"""Every experiment that is delivered learns from some faces for an epoch of two steps and leaves a whole record."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.experiments.comparison import comparison_row, find_runs
from model.experiments.config import CONFIGS_DIR, load_config
from tests.unit.model.data.synthetic_fer2013 import write_fer2013

# Keras, on NumPy 2, warns of its own deprecations.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Even though the `tf.config.experimental_run_functions_eagerly`"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

# The later parts of a recipe go on training the model of its first part.
PARTS = ("_second", "_third", "_fourth", "_fifth_a", "_fifth_b", "_sixth")
CONFIGS = sorted(path.stem for path in CONFIGS_DIR.glob("*.toml"))
EXPERIMENTS = [name for name in CONFIGS if not name.endswith(PARTS)]
FACES = 14


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_fer2013(tmp_path_factory.mktemp("faces"), {"Training": FACES // 2, "PublicTest": 5})


@pytest.fixture(scope="module")
def runs_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(autouse=True)
def _without_graphs() -> Iterator[None]:
    """For two steps of a deep network, making a graph takes several times as long as doing without."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_trains_from_random_weights(name: str, data_dir: Path, runs_dir: Path) -> None:
    from model.training.loop import train

    config = load_config(name)
    tuning = config.tuning and replace(config.tuning, trials=2, epochs=1, faces=50)
    # Two things that PyTorch alone does; and bfloat16 takes minutes where the processor does not have it.
    optimiser = replace(config.optimiser, epochs=1, batch_size=FACES // 2, head_rate_factor=1.0)
    augmentation = replace(config.augmentation, mixup=0.0)
    brief = replace(
        config, engine="keras", precision="float32", tuning=tuning, optimiser=optimiser, augmentation=augmentation
    )
    said: list[str] = []

    record = train(brief, data_dir, runs_dir / name, limit=FACES, init="none", say=said.append)

    assert record.training_faces == FACES
    assert len(record.curves) == 1
    assert all(math.isfinite(value) for value in record.curves[0].values())
    assert 0 <= record.metrics["accuracy"] <= 1
    assert set(record.metrics["per_class"]) == set(config.emotions)
    assert "epoch 1 of 1" in said[-1]
    assert (runs_dir / name / "best.weights.h5").exists()
    row = comparison_row(find_runs(runs_dir / name)[runs_dir / name])
    assert row["parameters"] >= row["trainable"] > 0


@pytest.mark.parametrize("name", [name for name in CONFIGS if name.endswith(PARTS)])
def test_a_later_part_can_go_on_from_the_first_ones_weights(name: str) -> None:
    part = next(part for part in PARTS if name.endswith(part))
    first, later = load_config(name.removesuffix(part)), load_config(name)

    assert (later.architecture, later.network, later.emotions) == (first.architecture, first.network, first.emotions)
    assert (later.dropout, later.engine, later.init) == (first.dropout, first.engine, first.init)
    assert later.seed != first.seed


def test_a_small_network_trains_in_bfloat16(data_dir: Path, tmp_path: Path) -> None:
    from model.training.loop import train

    config = load_config("cnn_small")
    optimiser = replace(config.optimiser, epochs=1, batch_size=FACES // 2)
    half = replace(config, precision="mixed_bfloat16", optimiser=optimiser)

    record = train(half, data_dir, tmp_path / "run", limit=FACES, init="none", say=str)

    assert math.isfinite(record.curves[0]["loss"])


@pytest.mark.parametrize("name", ["densenet121", "vgg19"])
def test_a_large_network_answers_in_bfloat16(name: str) -> None:
    from model.training.keras_engine import compiled_models

    config = load_config(name)
    network, _trainer = compiled_models(config, steps_per_epoch=1)
    logits = np.asarray(network(np.zeros((1, config.size_px, config.size_px, 1), np.float32), training=False))

    assert config.precision == "mixed_bfloat16"
    assert {layer.compute_dtype for layer in network.layers if layer.weights} == {"bfloat16", "float32"}
    assert logits.dtype == np.float32
    assert np.isfinite(logits).all()
