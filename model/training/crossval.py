"""Repeated stratified k-fold cross-validation of an experiment."""

import json
import math
import shutil
import statistics
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import RepeatedStratifiedKFold

from model.data.faces import LabelledFaces
from model.errors import DatasetUnreadable
from model.experiments.config import ExperimentConfig
from model.experiments.files import replace_text
from model.experiments.records import RECORD_FILE, RunRecord, read_record
from model.training.loop import train_on

SUMMARY_FILE = "crossval.json"
_FIGURES = ("accuracy", "balanced_accuracy", "macro_f1")


@dataclass(frozen=True)
class FoldFigures:
    """How one fold went.

    Attributes:
        repeat: Counted from 1; each repeat deals the faces again.
        fold: Counted from 1 within the repeat.
        figures: Accuracy, balanced accuracy, macro-F1 and, where "angry" is an emotion, its recall and precision.
    """

    repeat: int
    fold: int
    figures: dict[str, float]


@dataclass(frozen=True)
class CrossValidation:
    """All folds of one experiment.

    Attributes:
        folds: In the order of training.
    """

    folds: tuple[FoldFigures, ...]

    def mean_and_deviation(self) -> dict[str, tuple[float, float]]:
        """Return the mean and the sample standard deviation of each figure over all folds."""
        columns = {name: [row.figures[name] for row in self.folds] for name in self.folds[0].figures}
        return {
            name: (statistics.fmean(values), statistics.stdev(values) if len(values) > 1 else math.nan)
            for name, values in columns.items()
        }


def cross_validate(
    config: ExperimentConfig,
    faces: LabelledFaces,
    out_dir: Path,
    *,
    folds: int,
    repeats: int = 1,
    init: str | None = None,
    keep_models: bool = False,
    say: Callable[[str], object] = print,
) -> CrossValidation:
    """Train the experiment once for each fold, on all other folds, and measure it on that one.

    The epoch is chosen on the fold that is measured, as PublicTest chooses it in a plain training, so the figures are
    slightly too good. A fold that is finished is not trained again; a killed one resumes.

    Args:
        config: The experiment; its options are used as they are, without tuning.
        faces: Faces of its emotions.
        out_dir: Gets a run folder for each fold and ``crossval.json``.
        folds: Parts that the faces are dealt into, each with the emotions in the same shares.
        repeats: How often they are dealt.
        init: As for ``model.training.loop.train``.
        keep_models: Keep the folds' weights; otherwise their records alone stay.
        say: Gets a line for each epoch and fold.

    Returns:
        The figures of every fold.

    Raises:
        DatasetUnreadable: If an emotion has fewer faces than there are folds.
        ExperimentInvalid: If ``out_dir`` holds folds of another experiment.
    """
    config = replace(config, tuning=None)
    done = []
    for index, (others, measured) in enumerate(_deals(faces, folds, repeats, config.seed)):
        repeat, fold = index // folds + 1, index % folds + 1
        run_dir = out_dir / f"repeat-{repeat}-fold-{fold}"
        record = _finished(run_dir, config)
        if record is None:
            record = train_on(config, faces.take(others), faces.take(measured), run_dir, init=init, say=say)
        if not keep_models:
            _forget_weights(run_dir)
        done.append(FoldFigures(repeat, fold, _figures(record.metrics)))
        say(f"repeat {repeat} fold {fold}  " + "  ".join(f"{name} {x:.4f}" for name, x in done[-1].figures.items()))
    outcome = CrossValidation(tuple(done))
    _write_summary(outcome, config, len(faces), out_dir)
    return outcome


def _deals(
    faces: LabelledFaces, folds: int, repeats: int, seed: int
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    fewest = int(np.bincount(faces.labels, minlength=len(faces.emotions)).min())
    if fewest < folds:
        raise DatasetUnreadable(f"folds: expected at most {fewest}, the faces of the rarest emotion, came {folds}")
    dealer = RepeatedStratifiedKFold(n_splits=folds, n_repeats=repeats, random_state=seed)
    yield from dealer.split(faces.labels, faces.labels)


def _finished(run_dir: Path, config: ExperimentConfig) -> RunRecord | None:
    """Return the record of a fold that has been measured; ``train_on`` refuses one of another experiment."""
    if not (run_dir / RECORD_FILE).exists():
        return None
    record = read_record(run_dir)
    return record if record.metrics and record.config == config else None


def _forget_weights(run_dir: Path) -> None:
    for path in run_dir.iterdir():
        if path.name != RECORD_FILE:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _figures(metrics: Any) -> dict[str, float]:
    figures = {name: float(metrics[name]) for name in _FIGURES}
    if "anger_at_argmax" in metrics:
        figures |= {f"anger_{name}": float(metrics["anger_at_argmax"][name]) for name in ("recall", "precision")}
    return figures


def _write_summary(outcome: CrossValidation, config: ExperimentConfig, faces: int, out_dir: Path) -> None:
    summary = {
        "config": config.to_dict(),
        "faces": faces,
        "folds": [asdict(row) for row in outcome.folds],
        "mean_and_deviation": outcome.mean_and_deviation(),
    }
    replace_text(out_dir / SUMMARY_FILE, json.dumps(summary, indent=1))
