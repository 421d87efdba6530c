"""Pre-training of a backbone on Tiny-ImageNet, where ImageNet's weights cannot be had."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from model.data.faces import LabelledFaces
from model.errors import DatasetUnreadable
from model.experiments.config import ExperimentConfig
from model.experiments.records import RunRecord
from model.training.loop import train_on

_CHUNK = 2_000


def pretrain(
    config: ExperimentConfig,
    data_dir: Path,
    run_dir: Path,
    *,
    limit: int | None = None,
    say: Callable[[str], object] = print,
) -> RunRecord:
    """Train a model to tell everyday things apart, in grey, as the start of an experiment on faces.

    Args:
        config: With ``model.classes`` classes; ``run.py train NAME --init RUN/best.weights.h5`` takes all but the
            head of it.
        data_dir: Folder of arrays; see ``load_things``.
        run_dir: Where weights, curves and record go. A killed run resumes from it.
        limit: Use at most this many pictures of each split.
        say: Gets a line for each epoch.

    Returns:
        The run's record.

    Raises:
        DatasetUnreadable: If the arrays are missing, damaged or of another number of classes.
        ExperimentInvalid: If the run folder belongs to another experiment.
    """
    training, validation = (load_things(data_dir, split, config.size_px, limit) for split in ("train", "val"))
    wanted = config.network.get("classes")
    if len(training.emotions) != wanted:
        raise DatasetUnreadable(f"{data_dir}: expected {wanted} classes, came {len(training.emotions)}")
    return train_on(config, training, validation, run_dir, say=say)


def load_things(folder: Path, split: str, size_px: int, limit: int | None = None) -> LabelledFaces:
    """Load one split of labelled colour pictures as grey ones of the model's size.

    Args:
        folder: With ``SPLIT.npy``, uint8 RGB (N, S, S, 3), ``SPLIT_labels.npy``, int64 (N,), and ``wnids.txt``, the
            names of the classes, one a line.
        split: ``train`` or ``val``.
        size_px: Side of the grey pictures.
        limit: Load at most this many, evenly taken from the whole split.

    Returns:
        The pictures in the form of faces; their "emotions" are the names of the classes.

    Raises:
        DatasetUnreadable: If a file is missing or not of that form.
    """
    try:
        pictures_rgb = np.load(folder / f"{split}.npy", mmap_mode="r")
        labels = np.load(folder / f"{split}_labels.npy")
        names = tuple((folder / "wnids.txt").read_text(encoding="utf-8").split())
    except (OSError, ValueError) as error:
        raise DatasetUnreadable(
            f"{folder}: expected {split}.npy, {split}_labels.npy and wnids.txt ({error})"
        ) from error
    if pictures_rgb.ndim != 4 or pictures_rgb.shape[3] != 3 or pictures_rgb.dtype != np.uint8:
        came = f"{pictures_rgb.dtype} {pictures_rgb.shape}"
        raise DatasetUnreadable(f"{folder}/{split}.npy: expected uint8 (N, S, S, 3), came {came}")
    if len(labels) != len(pictures_rgb) or not 0 <= labels.min() <= labels.max() < len(names):
        raise DatasetUnreadable(f"{folder}/{split}_labels.npy: expected a class of {len(names)} for each picture")
    chosen = np.linspace(0, len(labels) - 1, min(limit or len(labels), len(labels))).astype(np.int64)
    return LabelledFaces(_grey(pictures_rgb, chosen, size_px), labels[chosen].astype(np.int64), emotions=names)


def _grey(pictures_rgb: npt.NDArray[np.uint8], chosen: npt.NDArray[np.int64], size_px: int) -> npt.NDArray[np.uint8]:
    """Return the chosen pictures, uint8 (N, size_px, size_px), reading few at a time from the disk."""
    grey = np.empty((len(chosen), size_px, size_px), dtype=np.uint8)
    for first in range(0, len(chosen), _CHUNK):
        for place, picture_rgb in enumerate(pictures_rgb[chosen[first : first + _CHUNK]], start=first):
            whole = cv2.cvtColor(picture_rgb, cv2.COLOR_RGB2GRAY)
            grey[place] = cv2.resize(whole, (size_px, size_px), interpolation=cv2.INTER_AREA)
    return grey
