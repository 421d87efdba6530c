"""A run's best weights at half their size, so that a repository can carry what another training goes on from."""

import shutil
from pathlib import Path

import h5py
import numpy as np

from model.errors import ExperimentInvalid
from model.experiments.records import BEST_WEIGHTS, RECORD_FILE


def keep_start(run_dir: Path, out_dir: Path) -> Path:
    """Write a run's record and its best weights in half precision, as the start of other trainings.

    ``run.py train NAME --init OUT_DIR/best.weights.h5`` goes on from it, and ``run.py evaluate --weights OUT_DIR``
    measures it.

    Args:
        run_dir: Folder of a run; it may still be training.
        out_dir: Where both go; what is there is replaced.

    Returns:
        The file of weights.

    Raises:
        ExperimentInvalid: If the folder holds no run with weights.
    """
    source = run_dir / BEST_WEIGHTS
    if not (source.is_file() and (run_dir / RECORD_FILE).is_file()):
        raise ExperimentInvalid(f"{run_dir}: expected {RECORD_FILE} and {BEST_WEIGHTS} of a run")
    out_dir.mkdir(parents=True, exist_ok=True)
    halved = out_dir / BEST_WEIGHTS
    unfinished = out_dir / f"unfinished-{BEST_WEIGHTS}"
    with h5py.File(source) as theirs, h5py.File(unfinished, "w") as mine:
        _copy(theirs, mine)
    unfinished.replace(halved)
    shutil.copyfile(run_dir / RECORD_FILE, out_dir / RECORD_FILE)
    return halved


def _copy(source: h5py.Group, target: h5py.Group) -> None:
    """Copy a group with all that is in it; numbers of float32 become float16 where these can hold them."""
    for name, value in source.attrs.items():
        target.attrs[name] = value
    for name, item in source.items():
        if isinstance(item, h5py.Group):
            _copy(item, target.create_group(name))
        else:
            copied = target.create_dataset(name, data=_half(item[()]))
            for key, value in item.attrs.items():
                copied.attrs[key] = value


def _half(values: np.ndarray) -> np.ndarray:
    if values.dtype != np.float32 or np.abs(values).max(initial=0) > np.finfo(np.float16).max:
        return values
    return values.astype(np.float16)
