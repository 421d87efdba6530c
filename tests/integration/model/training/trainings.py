"""Trainings in a process of their own, which tests kill."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from model.experiments.records import read_curves

ROOT = Path(__file__).resolve().parents[4]


def start_training(folder: Path, run_dir: Path) -> "subprocess.Popen[str]":
    """Train ``folder/tiny.toml`` on ``folder/faces`` through the command line."""
    import keras  # Not before a test has chosen its backend.

    command = [sys.executable, "-m", "model.cli", "train", str(folder / "tiny.toml")]
    command += ["--data", str(folder / "faces"), "--out", str(run_dir)]
    # The same backend as here, so that both draw the same initial weights.
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": keras.backend.backend()}
    return subprocess.Popen(command, cwd=ROOT, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def kill_after_an_epoch(training: "subprocess.Popen[str]", run_dir: Path) -> list[dict[str, float]]:
    """Kill the training as soon as its first epoch is kept and return the curves that it left."""
    deadline = time.monotonic() + 120
    while not read_curves(run_dir):
        assert time.monotonic() < deadline, "no epoch within two minutes"
        assert training.poll() is None, training.communicate()[0]
        time.sleep(0.01)
    training.send_signal(signal.SIGKILL)
    training.communicate()
    return read_curves(run_dir)
