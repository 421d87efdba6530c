"""What goes to a GPU machine: the data and the code, whole, in pieces that fit."""

import filecmp
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from model.experiments.config import CONFIGS_DIR, load_config
from tests.unit.model.data.synthetic_fer2013 import write_fer2013

ROOT = Path(__file__).resolve().parents[4]
CONFIGS = sorted((CONFIGS_DIR / "gpu").glob("*.toml"))


def pack(*arguments: object, tools: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PIECE_MB": "5"}
    if tools is not None:
        environment["PATH"] = f"{tools}:{environment['PATH']}"
    command = ["sh", "model/gpu/pack.sh", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A ``python3`` that fetches no wheels."""
    folder = tmp_path / "tools"
    folder.mkdir()
    (folder / "python3").write_text('#!/bin/sh\n[ "$2" = pip ]\n')
    (folder / "python3").chmod(0o755)
    return folder


@pytest.mark.slow
def test_the_pieces_hold_the_data_the_start_and_code_that_trains_from_it(tmp_path: Path, tools: Path) -> None:
    data = write_fer2013(tmp_path / "data", {"Training": 2, "PublicTest": 2})
    (tmp_path / "start.pth").write_bytes(b"weights")

    packed = pack(data, tmp_path / "start.pth", tmp_path / "out", tools=tools)

    assert packed.returncode == 0, packed.stderr
    pieces = sorted((tmp_path / "out").glob("piece-*"))
    assert len(pieces) > 1
    assert all(piece.stat().st_size <= 5 * 2**20 for piece in pieces)
    there = tmp_path / "there"
    there.mkdir()
    with tarfile.open(fileobj=io.BytesIO(b"".join(piece.read_bytes() for piece in pieces)), mode="r:xz") as archive:
        archive.extractall(there, filter="data")
    assert (there / "efficientnet_lite0.pth").read_bytes() == b"weights"
    assert filecmp.cmp(there / "data" / "fer2013.csv", data / "fer2013.csv", shallow=False)
    brief = [sys.executable, "-m", "model.cli", "train", "cnn_small", "--data", "data", "--epochs", "1", "--out", "run"]
    trained = subprocess.run(brief, cwd=there, capture_output=True, text=True, timeout=240)
    assert (there / "run" / "best.weights.h5").exists(), trained.stderr


def test_what_is_missing_is_named_and_nothing_is_overwritten(tmp_path: Path) -> None:
    nothing = pack(tmp_path, tmp_path / "start.pth", tmp_path / "out")
    assert nothing.returncode == 2
    assert nothing.stderr.startswith(f"{tmp_path}/fer2013.csv: expected this file")

    data = write_fer2013(tmp_path / "data", {"Training": 1})
    (tmp_path / "start.pth").touch()
    (tmp_path / "out").mkdir()
    assert "expected a new folder" in pack(data, tmp_path / "start.pth", tmp_path / "out").stderr
    assert pack().stderr.startswith("  sh model/gpu/pack.sh DATA INIT OUT [TINY]")


@pytest.mark.parametrize("path", CONFIGS, ids=[path.stem for path in CONFIGS])
def test_an_experiment_for_a_gpu_can_be_read_and_names_teachers_that_are_there(path: Path) -> None:
    config = load_config(str(path))

    assert config.name == f"{path.stem}_gpu"  # Where train.sh puts it.
    made_there = {f"var/runs/{other.stem}_gpu" for other in CONFIGS}
    assert all(teacher in made_there or (ROOT / teacher / "manifest.json").exists() for teacher in config.teacher)
