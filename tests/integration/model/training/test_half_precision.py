"""The start that a repository carries: half the size, and nearly the same network."""

from pathlib import Path

import numpy as np
import pytest

from model.architectures import build_model
from model.errors import ExperimentInvalid
from model.experiments.checkpoints import save_weights
from model.experiments.config import ExperimentConfig, OptimiserConfig
from model.experiments.records import BEST_WEIGHTS, RunRecord, write_record
from model.training.pretrained_weights import load_initial
from model.training.weights.half_precision import keep_start

# Keras, on NumPy 2, warns of its own deprecations.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

CONFIG = ExperimentConfig(
    "small", "plain_cnn", 48, OptimiserConfig(1), network={"filters": [16, 32], "units": 64, "normalised": True}
)


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    write_record(RunRecord(CONFIG, "", "", 1, 1), folder)
    model = build_model(CONFIG)
    weights = model.get_weights()
    weights[0].flat[0] = 1e6  # More than float16 can hold.
    model.set_weights(weights)
    save_weights(model, folder / BEST_WEIGHTS)
    return folder


def test_another_training_goes_on_from_it(run_dir: Path, tmp_path: Path) -> None:
    whole, from_half = build_model(CONFIG), build_model(CONFIG)
    whole.load_weights(run_dir / BEST_WEIGHTS)

    halved = keep_start(run_dir, tmp_path / "start")
    load_initial(from_half, CONFIG, str(halved))

    assert halved.stat().st_size < 0.6 * (run_dir / BEST_WEIGHTS).stat().st_size
    for exact, rounded in zip(whole.get_weights(), from_half.get_weights(), strict=True):
        assert rounded.dtype == np.float32
        assert np.allclose(exact, rounded, rtol=1e-3, atol=1e-6)


def test_a_folder_without_a_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExperimentInvalid, match=r"expected record\.json and best\.weights\.h5"):
        keep_start(tmp_path, tmp_path / "start")
