"""One network of the weights of several runs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from model.architectures import build_model
from model.artefacts import file_sha256
from model.cli.average import average as command
from model.errors import ExperimentInvalid
from model.experiments.checkpoints import save_weights
from model.experiments.config import ExperimentConfig, OptimiserConfig
from model.experiments.records import BEST_WEIGHTS, RunRecord, read_record, write_record
from model.training.weights.averaging import average
from tests.unit.model.data.synthetic_fer2013 import write_fer2013

# Keras, on NumPy 2, warns of its own deprecations.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

CONFIG = ExperimentConfig(
    "small", "plain_cnn", 48, OptimiserConfig(1, batch_size=14), network={"filters": [4, 8], "units": 0}
)


def write_run(folder: Path, config: ExperimentConfig = CONFIG) -> Path:
    """Write a run with random weights."""
    folder.mkdir()
    save_weights(build_model(config), folder / BEST_WEIGHTS)
    write_record(RunRecord(config, "", "", 1, 1, curves=({"epoch": 1.0, "val_accuracy": 0.5},)), folder)
    return folder


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    write_fer2013(tmp_path / "faces", {"Training": 1, "PublicTest": 2})
    return tmp_path / "faces"


def test_the_weights_are_the_mean_and_the_record_names_their_runs(tmp_path: Path, data_dir: Path) -> None:
    runs = [write_run(tmp_path / name, replace(CONFIG, name=name)) for name in ("one", "two", "three")]

    record = average(runs, data_dir, tmp_path / "mean")

    models = [build_model(CONFIG) for _ in range(4)]
    for model, folder in zip(models, [*runs, tmp_path / "mean"], strict=True):
        model.load_weights(folder / BEST_WEIGHTS)
    for first, second, third, mean in zip(*(model.get_weights() for model in models), strict=True):
        assert np.allclose(mean, (first + second + third) / 3, atol=1e-6)
    assert not np.array_equal(models[0].get_weights()[0], models[3].get_weights()[0])
    assert read_record(tmp_path / "mean") == record
    assert [run["name"] for run in record.averaged] == ["one", "two", "three"]
    assert record.averaged[2]["sha256"] == file_sha256(runs[2] / BEST_WEIGHTS)
    assert record.mixed == {"averaged": list(record.averaged)}
    assert read_record(runs[0]).mixed == {}
    assert record.metrics["faces"] == 14


def test_a_run_alone_is_refused(tmp_path: Path, data_dir: Path) -> None:
    with pytest.raises(ExperimentInvalid, match="expected two runs or more, came 1"):
        average([write_run(tmp_path / "one")], data_dir, tmp_path / "mean")


def test_a_run_is_not_overwritten_by_its_own_mean(tmp_path: Path, data_dir: Path) -> None:
    one, two = write_run(tmp_path / "one"), write_run(tmp_path / "two")

    with pytest.raises(ExperimentInvalid, match="choose another --out"):
        average([one, two], data_dir, tmp_path / "two")


@pytest.mark.parametrize("change", [{"size_px": 64}, {"network": {"filters": [4], "units": 0}}])
def test_another_network_is_named(tmp_path: Path, data_dir: Path, change: dict[str, object]) -> None:
    one, two = write_run(tmp_path / "one"), write_run(tmp_path / "two", replace(CONFIG, **change))

    with pytest.raises(ExperimentInvalid, match=f"{two}: expected a model like that of {one}"):
        average([one, two], data_dir, tmp_path / "mean")


def test_a_run_without_weights_is_named(tmp_path: Path, data_dir: Path) -> None:
    one, two = write_run(tmp_path / "one"), write_run(tmp_path / "two")
    (two / BEST_WEIGHTS).unlink()

    with pytest.raises(ExperimentInvalid, match=f"{two}: the run has finished no epoch yet"):
        average([one, two], data_dir, tmp_path / "mean")


def test_the_command_says_what_came_out(tmp_path: Path, data_dir: Path) -> None:
    runs = [str(write_run(tmp_path / name)) for name in ("one", "two")]

    done = CliRunner().invoke(command, [*runs, "--data", str(data_dir), "--out", str(tmp_path / "mean")])

    assert done.exit_code == 0, done.output
    accuracy = read_record(tmp_path / "mean").metrics["accuracy"]
    assert f"PublicTest accuracy {accuracy:.4f}, 2 runs averaged" in done.output
