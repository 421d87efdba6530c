"""What is trained with PyTorch leaves what Keras would leave, for Keras to read."""

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from model.errors import DatasetUnreadable, EngineMissing, ExperimentInvalid
from model.experiments.config import ExperimentConfig, OptimiserConfig, load_config
from model.experiments.records import read_curves
from model.preprocessing import preprocess_faces
from tests.integration.model.training.torch_needs import NOTHING, needs_torch, random_faces
from tests.integration.model.training.trainings import kill_after_an_epoch, start_training
from tests.unit.model.data.synthetic_fer2013 import face, write_fer2013

# TensorFlow, and Keras on NumPy 2, warn of their own deprecations.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

EPOCHS = 3
CONFIG = f"""
name = "tiny"
architecture = "densenet121"
engine = "torch"
size_px = 32
[optimiser]
epochs = {EPOCHS}
batch_size = 16
[augmentation]
blur = 0.5
erasing = 0.5
mixup = 0.2
"""


@pytest.fixture(scope="module", autouse=True)
def _keras_on_torch() -> Iterator[None]:
    """Let Keras use PyTorch where this module is the first to import it, as ``--engine torch`` does."""
    before = os.environ.get("KERAS_BACKEND")
    if find_spec("torch") is not None and "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = "torch"
    yield
    if before is None:
        os.environ.pop("KERAS_BACKEND", None)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("torch")
    write_fer2013(folder / "faces", {"Training": 7, "PublicTest": 2})
    (folder / "tiny.toml").write_text(CONFIG)
    return folder


@pytest.fixture(scope="module")
def unbroken(workplace: Path) -> Path:
    train_here(workplace, workplace / "unbroken")
    return workplace / "unbroken"


def train_here(workplace: Path, run_dir: Path, **options: Any) -> Any:
    from model.training.loop import train

    config = load_config(str(workplace / "tiny.toml"))
    return train(config, workplace / "faces", run_dir, **options)


def lively_weights(model: Any) -> list[npt.NDArray[np.float32]]:
    """Return weights for which every layer matters: no gamma of one, no mean of zero."""
    random = np.random.default_rng(5)
    changed = []
    for weights, values in zip(model.weights, model.get_weights(), strict=True):
        if weights.path.endswith("gamma"):
            values = random.uniform(0.5, 1.5, values.shape).astype(np.float32)
        elif weights.path.endswith("variance"):
            # Lower than one, so that what differs between faces does not fade from layer to layer.
            values = random.uniform(0.3, 0.9, values.shape).astype(np.float32)
        elif "depthwise" in weights.path:
            # Keras draws these so small that nothing is left of a face behind the last of them.
            values = random.normal(0, (2 / np.prod(values.shape[:2])) ** 0.5, values.shape).astype(np.float32)
        elif values.ndim == 1:
            values = random.normal(0, 0.1, values.shape).astype(np.float32)
        changed.append(values)
    return changed


@needs_torch
@pytest.mark.parametrize("architecture", ["densenet121", "efficientnet_lite0"])
@pytest.mark.parametrize("size_px", [48, 75])
def test_the_same_weights_give_the_same_logits_as_keras(architecture: str, size_px: int) -> None:
    import torch

    from model.architectures import build_model
    from model.training.torch_engine.keras_weights import keras_weights, set_keras_weights
    from model.training.torch_engine.models import build_twin

    config = ExperimentConfig("twins", architecture, size_px, OptimiserConfig(1))
    keras_model = build_model(config)
    keras_model.set_weights(lively_weights(keras_model))
    model = build_twin(config, classes=7).eval()
    set_keras_weights(model, keras_model.get_weights())
    faces = preprocess_faces(np.stack([face(label) for label in range(7)]), size_px=size_px)

    with torch.inference_mode():
        expected = np.asarray(keras_model(faces, training=False))
        logits = model(torch.from_numpy(faces).permute(0, 3, 1, 2)).numpy()

    assert np.ptp(expected, axis=0).max() > 0.1
    assert np.abs(logits - expected).max() < 1e-4
    back = keras_weights(model)
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(back, keras_model.get_weights(), strict=True))


@needs_torch
def test_a_run_leaves_what_a_run_of_keras_leaves(unbroken: Path) -> None:
    record = json.loads((unbroken / "record.json").read_text())

    assert set(record["curves"][0]) == {"epoch", "seconds", "loss", "accuracy", "val_loss", "val_accuracy"}
    assert record["curves"] == read_curves(unbroken)
    assert record["parameters"] == 7_038_407
    assert 0 <= record["metrics"]["accuracy"] <= 1
    assert sorted(path.name for path in unbroken.iterdir()) == [
        f"{EPOCHS}-last.pt", "best.weights.h5", "curves.json", "record.json",
    ]  # fmt: skip


@needs_torch
def test_keras_reads_the_best_weights_and_finds_the_same_accuracy(workplace: Path, unbroken: Path) -> None:
    from model.data.loading import load_faces
    from model.evaluation.evaluated_model import load_evaluated_model

    faces = load_faces(workplace / "faces", "PublicTest")
    accuracy = float((load_evaluated_model(unbroken).predict(faces.faces_gray).argmax(axis=1) == faces.labels).mean())

    assert accuracy == json.loads((unbroken / "record.json").read_text())["metrics"]["accuracy"]


@needs_torch
def test_a_killed_run_ends_as_if_nothing_had_happened(workplace: Path, unbroken: Path) -> None:
    killed = workplace / "killed"
    kill_after_an_epoch(start_training(workplace, killed), killed)
    at_kill = read_curves(killed)

    train_here(workplace, killed)

    curves = read_curves(killed)
    assert 1 <= len(at_kill) < EPOCHS
    assert curves[: len(at_kill)] == at_kill
    assert [row["epoch"] for row in curves] == list(range(1, EPOCHS + 1))
    assert curves[-1]["loss"] == pytest.approx(read_curves(unbroken)[-1]["loss"], rel=1e-3)


@needs_torch
def test_a_run_of_one_engine_is_not_resumed_by_the_other(workplace: Path, unbroken: Path) -> None:
    from model.training.loop import train

    other = replace(load_config(str(workplace / "tiny.toml")), engine="keras")

    with pytest.raises(ExperimentInvalid, match="another configuration"):
        train(other, workplace / "faces", unbroken)


@needs_torch
def test_it_learns(tmp_path: Path) -> None:
    """Two pictures that differ, again and again: the loss must fall to nearly nothing."""
    from model.data.faces import LabelledFaces
    from model.training.loop import train_on

    labels = np.arange(64) % 2
    faces = LabelledFaces(np.stack([face(label, seed) for seed, label in enumerate(labels)]), labels)
    optimiser = OptimiserConfig(epochs=6, batch_size=16, peak_learning_rate=1e-3, ema_momentum=0.5)
    config = ExperimentConfig(
        "two", "densenet121", 32, optimiser, engine="torch", precision="mixed_bfloat16", dropout=0, augmentation=NOTHING
    )

    curves = train_on(config, faces, faces, tmp_path, say=str).curves

    assert curves[-1]["loss"] < 0.1 * curves[0]["loss"]


@needs_torch
def test_another_network_is_refused_before_anything_is_written(workplace: Path, tmp_path: Path) -> None:
    from model.training.loop import train

    other = replace(load_config(str(workplace / "tiny.toml")), architecture="compact_resnet")

    with pytest.raises(ExperimentInvalid, match="torch trains densenet121"):
        train(other, workplace / "faces", tmp_path / "run")
    assert not (tmp_path / "run").exists()


@needs_torch
def test_what_was_pretrained_on_things_starts_a_training_on_faces(workplace: Path, tmp_path: Path) -> None:
    from model.architectures import build
    from model.training.loop import train
    from model.training.pretraining import pretrain

    write_things(tmp_path / "things")
    brief = OptimiserConfig(epochs=1, batch_size=8)
    config = load_config("pretraining/densenet121")
    things = replace(config, network={"classes": 5}, optimiser=brief, precision="float32")
    record = pretrain(things, tmp_path / "things", tmp_path / "pretrained", say=str)
    still = replace(brief, peak_learning_rate=1e-9)
    faces = replace(load_config(str(workplace / "tiny.toml")), optimiser=still)
    init = str(tmp_path / "pretrained" / "best.weights.h5")

    started = train(faces, workplace / "faces", tmp_path / "run", init=init, say=str)

    before, after = build("densenet121", 32, classes=5), build("densenet121", 32)
    before.load_weights(init)
    after.load_weights(tmp_path / "run" / "best.weights.h5")
    assert len(started.init) == 64
    assert (record.training_faces, record.validation_faces) == (20, 10)
    assert all(
        np.allclose(mine, theirs, atol=1e-6)
        for mine, theirs, weights in zip(after.get_weights(), before.get_weights(), after.weights, strict=True)
        if weights.path.endswith("kernel") and weights.path != "logits/kernel"
    )


def write_things(folder: Path) -> None:
    folder.mkdir()
    random = np.random.default_rng(2)
    for split, count in (("train", 20), ("val", 10)):
        np.save(folder / f"{split}.npy", random.integers(0, 256, (count, 64, 64, 3), dtype=np.uint8))
        np.save(folder / f"{split}_labels.npy", np.arange(count) % 5)
    (folder / "wnids.txt").write_text("".join(f"n{number:08}\n" for number in range(5)))


def test_arrays_that_are_missing_or_of_other_classes_are_named(tmp_path: Path) -> None:
    from model.training.pretraining import load_things, pretrain

    write_things(tmp_path / "things")

    assert load_things(tmp_path / "things", "val", 32).faces_gray.shape == (10, 32, 32)
    with pytest.raises(DatasetUnreadable, match="expected 200 classes, came 5"):
        pretrain(load_config("pretraining/densenet121"), tmp_path / "things", tmp_path / "run")
    (tmp_path / "things" / "val.npy").unlink()
    with pytest.raises(DatasetUnreadable, match=r"expected val\.npy"):
        load_things(tmp_path / "things", "val", 32)


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is installed here")
def test_without_torch_it_is_said_how_to_get_it() -> None:
    from model.training.engines import prepare_engine

    with pytest.raises(EngineMissing, match="pip install torch"):
        prepare_engine(load_config("pretraining/densenet121"))


@needs_torch
def test_the_head_learns_at_its_own_rate() -> None:
    from model.architectures import build_model
    from model.training.torch_engine.trainer import Trainer

    faces, targets = random_faces(8, 32), np.eye(7, dtype=np.float32)[[0, 1, 2, 3, 4, 5, 6, 0]]
    moved = []
    for factor in (1.0, 5.0):
        optimiser = OptimiserConfig(1, head_rate_factor=factor, weight_decay=0, schedule="constant", ema_momentum=0)
        config = ExperimentConfig("one", "densenet121", 32, optimiser, engine="torch", augmentation=NOTHING)
        start = build_model(config).get_weights()
        trainer = Trainer(config, start, steps_per_epoch=1)
        trainer.train_epoch([(faces, targets)], 0)  # type: ignore[arg-type]  # A list has what is asked of batches.
        changes = [
            np.abs(after - before).max() for after, before in zip(trainer.averaged_weights(), start, strict=True)
        ]
        moved.append((changes[0], changes[-1]))

    (body, head), (same_body, fast_head) = moved
    assert body == pytest.approx(same_body, rel=0.01)
    assert fast_head == pytest.approx(5 * head, rel=0.01)


@needs_torch
def test_the_learning_rate_is_that_of_keras() -> None:
    from model.training.schedule import OneCycle
    from model.training.torch_engine.trainer import learning_rate

    optimiser = OptimiserConfig(epochs=10, peak_learning_rate=1e-3, warmup_share=0.3)
    rates = [learning_rate(optimiser, step, 20) for step in range(200)]

    assert rates == [pytest.approx(float(OneCycle(1e-3, 200, 0.3)(step))) for step in range(200)]
    assert int(np.argmax(rates)) == 60
