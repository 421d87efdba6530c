"""From a tiny data set through a killed and resumed training to an artefact that serves."""

import json
from pathlib import Path

import numpy as np
import pytest

from model.artefacts import ArtefactManifest
from model.data.faces import LabelledFaces
from model.experiments.records import read_curves
from model.inference import EmotionModel
from model.preprocessing import preprocess_faces
from tests.integration.model.training.trainings import kill_after_an_epoch, start_training
from tests.unit.model.data.synthetic_fer2013 import face, write_fer2013

# TensorFlow, and Keras on NumPy 2, warn of their own deprecations.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

EPOCHS = 4
CONFIG = f"""
name = "tiny"
architecture = "compact_resnet"
size_px = 48
[optimiser]
epochs = {EPOCHS}
batch_size = 16
"""


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("training")
    write_fer2013(folder / "faces", {"Training": 10, "PublicTest": 2})
    (folder / "tiny.toml").write_text(CONFIG)
    return folder


@pytest.fixture(scope="module")
def curves_at_kill(workplace: Path) -> list[dict[str, float]]:
    """Train, kill, resume and finish; return the curves at the moment of the kill."""
    from model.experiments.config import load_config
    from model.training.loop import train

    curves = kill_after_an_epoch(start_training(workplace, workplace / "run"), workplace / "run")
    train(load_config(str(workplace / "tiny.toml")), workplace / "faces", workplace / "run")
    return curves


@pytest.fixture(scope="module")
def artefact_dir(workplace: Path, curves_at_kill: list[dict[str, float]]) -> Path:
    from model.export import export_run

    export_run(workplace / "run", workplace / "faces", workplace / "artefact")
    return workplace / "artefact"


def test_a_killed_training_resumes_at_its_epoch(workplace: Path, curves_at_kill: list[dict[str, float]]) -> None:
    curves = read_curves(workplace / "run")

    assert 1 <= len(curves_at_kill) < EPOCHS
    assert curves[: len(curves_at_kill)] == curves_at_kill
    assert [row["epoch"] for row in curves] == list(range(1, EPOCHS + 1))


def test_a_resumed_training_ends_with_the_same_kind_of_record(
    workplace: Path, curves_at_kill: list[dict[str, float]]
) -> None:
    record = json.loads((workplace / "run" / "record.json").read_text())

    assert record["curves"] == read_curves(workplace / "run")
    assert record["parameters"] > 800_000
    assert record["training_faces"] == 70
    assert set(record["curves"][0]) == {"epoch", "seconds", "loss", "accuracy", "val_loss", "val_accuracy"}


def test_the_optimiser_goes_on_where_it_stood(workplace: Path, curves_at_kill: list[dict[str, float]]) -> None:
    from model.experiments.checkpoints import RunFolder
    from model.experiments.config import load_config
    from model.training.keras_engine import compiled_models

    _, trainer = compiled_models(load_config(str(workplace / "tiny.toml")), steps_per_epoch=4)
    RunFolder(workplace / "run").restore(trainer)

    assert int(trainer.optimizer.iterations) == EPOCHS * 4


def test_a_run_folder_of_another_configuration_is_refused(
    workplace: Path, curves_at_kill: list[dict[str, float]]
) -> None:
    from dataclasses import replace

    from model.errors import ExperimentInvalid
    from model.experiments.config import load_config
    from model.training.loop import train

    other = replace(load_config(str(workplace / "tiny.toml")), seed=99)

    with pytest.raises(ExperimentInvalid, match="another configuration"):
        train(other, workplace / "faces", workplace / "run")


def test_weights_of_an_earlier_run_can_be_the_start(workplace: Path, curves_at_kill: list[dict[str, float]]) -> None:
    """With next to no learning rate the new run ends where the earlier one did."""
    from dataclasses import replace

    from model.architectures import build
    from model.experiments.config import load_config
    from model.training.loop import train

    config = load_config(str(workplace / "tiny.toml"))
    still = replace(config, name="again", optimiser=replace(config.optimiser, epochs=1, peak_learning_rate=1e-9))
    best = workplace / "run" / "best.weights.h5"

    record = train(still, workplace / "faces", workplace / "again", init=str(best), limit=14)

    earlier, later = build("compact_resnet", 48), build("compact_resnet", 48)
    earlier.load_weights(best)
    later.load_weights(workplace / "again" / "best.weights.h5")
    assert len(record.init) == 64
    assert all(
        np.allclose(one, other, atol=1e-6)
        for one, other in zip(earlier.trainable_weights, later.trainable_weights, strict=True)
    )


def test_a_resumed_run_sees_the_batches_that_an_unbroken_one_would() -> None:
    from model.training.batches import ShuffledFaces

    faces = np.stack([face(index % 7, seed=index) for index in range(20)])
    targets = np.eye(20, 7, dtype=np.float32)

    def batches(first_epoch: int) -> ShuffledFaces:
        return ShuffledFaces(faces, targets, size_px=48, batch_size=8, seed=1, first_epoch=first_epoch)

    unbroken = batches(0)
    first = unbroken[1]
    unbroken.on_epoch_end()

    assert len(unbroken) == 2
    assert all(np.array_equal(one, other) for one, other in zip(unbroken[1], batches(1)[1], strict=True))
    assert not np.array_equal(unbroken[1][0], first[0])


def test_a_resumed_run_draws_the_changes_that_an_unbroken_one_would(tmp_path: Path) -> None:
    """Two epochs at once, and one epoch followed by a second start, end with the same weights."""
    from model.experiments.config import config_from_dict
    from model.training.loop import train_on

    config = config_from_dict(
        {
            "name": "tiny",
            "architecture": "plain_cnn",
            "size_px": 48,
            "dropout": 0.0,
            "network": {"filters": [4, 8], "units": 0},
            "optimiser": {"epochs": 2, "batch_size": 14},
        }
    )
    faces = LabelledFaces(np.stack([face(i % 7, seed=i) for i in range(28)]), np.arange(28) % 7)

    class Killed(Exception):
        pass

    def die(line: str) -> None:
        raise Killed

    train_on(config, faces, faces, tmp_path / "unbroken", say=print)
    with pytest.raises(Killed):
        train_on(config, faces, faces, tmp_path / "broken", say=die)
    record = train_on(config, faces, faces, tmp_path / "broken", say=print)

    unbroken = [row["loss"] for row in read_curves(tmp_path / "unbroken")]
    assert [row["loss"] for row in record.curves] == pytest.approx(unbroken, rel=1e-5)


def test_training_and_serving_feed_the_network_identical_arrays() -> None:
    """What augmentation passes through unchanged is, bit for bit, what serving computes."""
    from model.data.augmentation import AugmentationConfig, face_augmentation
    from model.training.batches import ShuffledFaces

    faces = np.stack([face(index % 7, seed=index) for index in range(8)])
    markers = np.arange(8 * 7, dtype=np.float32).reshape(8, 7)

    inputs, came = ShuffledFaces(faces, markers, size_px=48, batch_size=8, seed=1)[0]
    passed = np.asarray(face_augmentation(AugmentationConfig(), seed=1)(inputs, training=False))

    order = (came[:, 0] / 7).astype(int)
    assert np.array_equal(passed, preprocess_faces(faces[order], size_px=48))


def test_the_learning_rate_rises_to_its_peak_and_falls_to_nearly_nothing() -> None:
    from model.training.schedule import OneCycle

    rates = [float(OneCycle(4e-3, 100, 0.3)(step)) for step in range(101)]

    assert max(rates) == pytest.approx(4e-3)
    assert rates.index(max(rates)) == 30
    assert rates[:31] == sorted(rates[:31])
    assert rates[30:] == sorted(rates[30:], reverse=True)
    assert rates[-1] < 1e-6


@pytest.mark.parametrize(
    ("wanted", "steps", "momentum"), [(0.998, 10_000, 0.998), (0.998, 1_000, 0.99), (0.998, 1, 0.0), (0.0, 1_000, 0.0)]
)
def test_weights_are_averaged_over_a_tenth_of_the_training_at_most(wanted: float, steps: int, momentum: float) -> None:
    from model.training.schedule import averaging_momentum

    assert averaging_momentum(wanted, steps) == pytest.approx(momentum)


def test_an_exported_run_says_where_it_comes_from(artefact_dir: Path) -> None:
    manifest = ArtefactManifest.read(artefact_dir)

    assert manifest.trained
    assert manifest.config["name"] == "tiny"
    assert manifest.epochs["trained"] == EPOCHS
    assert [row["quantisation"] for row in manifest.metrics["quantisations"]] == ["float32", "float16", "int8"]
    assert manifest.metrics["PublicTest"]["anger_at_threshold"]["recall"] >= 0.8


def test_litert_agrees_with_keras_within_the_quantisation_error(workplace: Path, artefact_dir: Path) -> None:
    from model.architectures import build
    from model.export import convert
    from model.inference import BatchRunner

    inputs = preprocess_faces(np.stack([face(i % 7, seed=i) for i in range(200)]), size_px=48)
    model = build("compact_resnet", 48)
    model.load_weights(workplace / "run" / "best.weights.h5")
    expected = model.predict(inputs, verbose=0)

    def error(quantisation: str) -> float:
        runner = BatchRunner(convert(model, quantisation, inputs[:50]), threads=2)  # type: ignore[arg-type]
        return float(np.abs(runner.run(inputs) - expected).max())

    spread = float(expected.max() - expected.min())
    assert error("float32") < 1e-3
    assert error("int8") < 0.1 * spread


def test_a_network_of_fewer_emotions_is_not_exported(workplace: Path, tmp_path: Path) -> None:
    from model.errors import ExperimentInvalid
    from model.experiments.config import load_config
    from model.experiments.records import RunRecord, write_record
    from model.export import export_run

    write_record(RunRecord(load_config("happy_sad_a"), "", "", 1, 1), tmp_path)

    with pytest.raises(ExperimentInvalid, match="this one knows happy, sad"):
        export_run(tmp_path, workplace / "faces", tmp_path / "artefact")


def test_the_exported_artefact_serves(artefact_dir: Path) -> None:
    scores = EmotionModel.load(artefact_dir).predict(np.stack([face(label) for label in range(7)]))

    assert scores.shape == (7, 7)


def test_a_graph_with_random_weights_says_so(tmp_path: Path) -> None:
    from model.export import export_random

    export_random("compact_resnet", 64, tmp_path / "random", "int8")

    model = EmotionModel.load(tmp_path / "random")
    assert not model.manifest.trained
    assert "random weights" in model.manifest.data
    assert model.predict(np.stack([face(1)])).shape == (1, 7)


def test_an_unknown_architecture_is_refused() -> None:
    from model.architectures import build
    from model.errors import ExperimentInvalid

    with pytest.raises(ExperimentInvalid, match=r"compact_resnet, densenet121, .*came 'lenet'"):
        build("lenet", 48)
