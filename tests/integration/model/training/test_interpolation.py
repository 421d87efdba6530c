"""Weights between a training's start and its end."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from model.architectures import build_model
from model.artefacts import file_sha256
from model.errors import ExperimentInvalid
from model.experiments.checkpoints import RunFolder, save_weights
from model.experiments.config import ExperimentConfig, OptimiserConfig
from model.experiments.records import BEST_WEIGHTS, RunRecord, read_curves, read_record, write_record
from model.training.keras_engine import compiled_models
from model.training.loop import train
from model.training.weights.interpolation import interpolate
from tests.unit.model.data.synthetic_fer2013 import write_fer2013

# Keras, on NumPy 2, warns of its own deprecations.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

CONFIG = ExperimentConfig(
    "small", "plain_cnn", 48, OptimiserConfig(1, batch_size=14), network={"filters": [4, 8], "units": 0}
)


class Training(NamedTuple):
    """A finished run, the weights it was started from, and its data."""

    run_dir: Path
    start: Path
    data_dir: Path


@pytest.fixture(scope="module")
def training(tmp_path_factory: pytest.TempPathFactory) -> Training:
    folder = tmp_path_factory.mktemp("interpolation")
    write_fer2013(folder / "faces", {"Training": 4, "PublicTest": 2})
    start = folder / "start" / BEST_WEIGHTS
    start.parent.mkdir()
    save_weights(build_model(CONFIG), start)
    write_record(RunRecord(CONFIG, "", "", 1, 1), start.parent)
    train(CONFIG, folder / "faces", folder / "run", init=str(start))
    return Training(folder / "run", start, folder / "faces")


def test_the_weights_lie_where_the_share_says(training: Training, tmp_path: Path) -> None:
    record = interpolate(training.run_dir, training.start, 0.25, training.data_dir, tmp_path / "mixed")

    started, mixed = build_model(CONFIG), build_model(CONFIG)
    started.load_weights(training.start)
    mixed.load_weights(tmp_path / "mixed" / BEST_WEIGHTS)
    ended, trainer = compiled_models(CONFIG, steps_per_epoch=1)
    RunFolder(training.run_dir).restore(trainer)
    for before, between, after in zip(started.get_weights(), mixed.get_weights(), ended.get_weights(), strict=True):
        assert np.allclose(between, before + 0.25 * (after - before), atol=1e-6)
        assert not np.array_equal(before, after)
    assert read_record(tmp_path / "mixed") == record
    assert record.interpolation == {"start_sha256": file_sha256(training.start), "share": 0.25}
    assert record.mixed == {"interpolation": record.interpolation}
    assert record.metrics["faces"] == 14
    assert read_curves(tmp_path / "mixed") == read_curves(training.run_dir) != []


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0, 2.0])
def test_a_share_out_of_range_is_refused(training: Training, tmp_path: Path, share: float) -> None:
    with pytest.raises(ExperimentInvalid, match="share: expected more than 0 and less than 1"):
        interpolate(training.run_dir, training.start, share, training.data_dir, tmp_path / "mixed")


def test_another_start_than_the_runs_is_refused(training: Training, tmp_path: Path) -> None:
    other = training.run_dir / BEST_WEIGHTS

    with pytest.raises(ExperimentInvalid, match="was not started from these weights"):
        interpolate(training.run_dir, other, 0.5, training.data_dir, tmp_path / "mixed")


def test_a_run_is_not_overwritten_by_its_own_mixture(training: Training) -> None:
    with pytest.raises(ExperimentInvalid, match="choose another --out"):
        interpolate(training.run_dir, training.start, 0.5, training.data_dir, training.run_dir)


def test_a_run_without_an_epoch_is_refused(training: Training, tmp_path: Path) -> None:
    write_record(RunRecord(CONFIG, "", "", 1, 1, init=file_sha256(training.start)), tmp_path)

    with pytest.raises(ExperimentInvalid, match="has finished no epoch yet"):
        interpolate(tmp_path, training.start, 0.5, training.data_dir, tmp_path / "mixed")
