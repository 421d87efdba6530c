"""One model of the weights of several (model soup: Wortsman et al., Model soups, ICML 2022, arXiv 2203.05482).

Trainings that go on from the same weights, each on its own processor core with its own order and changes of the faces,
can end close enough for their average to be better than each of them, at the cost of one when it serves. It may also
be worse: compare their records.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from model.architectures import build_model
from model.artefacts import file_sha256
from model.data.layouts.face_folder import FaceFolder
from model.errors import ExperimentInvalid
from model.experiments.config import ExperimentConfig
from model.experiments.records import BEST_WEIGHTS, RunRecord, read_record
from model.training.weights.mixed_runs import write_mixed_run


def average(run_dirs: Sequence[Path], data_dir: Path | FaceFolder, out_dir: Path) -> RunRecord:
    """Write a run whose weights are the mean of the best weights of others.

    Args:
        run_dirs: Folders of two or more runs of one model, best all started from the same weights.
        data_dir: Whose PublicTest measures the new weights.
        out_dir: Folder of the new run; ``run.py export`` takes it as any other.

    Returns:
        The new run's record: the first one's with the metrics of the new weights, and what they are the mean of.

    Raises:
        ExperimentInvalid: If there is only one run, the folder is one of them, or one is no run, has no weights yet
            or is of another model.
        DatasetUnreadable: If the data cannot be used.
    """
    if len(run_dirs) < 2:
        raise ExperimentInvalid(f"average: expected two runs or more, came {len(run_dirs)}")
    if out_dir.resolve() in {run_dir.resolve() for run_dir in run_dirs}:
        raise ExperimentInvalid(f"{out_dir}: is one of the runs itself; choose another --out")
    records = [read_record(run_dir) for run_dir in run_dirs]
    first = records[0]
    for run_dir, record in zip(run_dirs, records, strict=True):
        if _architecture_of(record.config) != _architecture_of(first.config):
            raise ExperimentInvalid(f"{run_dir}: expected a model like that of {run_dirs[0]}, came another one")
        if not (run_dir / BEST_WEIGHTS).is_file():
            raise ExperimentInvalid(f"{run_dir}: the run has finished no epoch yet")
    model = build_model(first.config)
    sums = [np.zeros_like(weights) for weights in model.get_weights()]
    for run_dir in run_dirs:
        model.load_weights(run_dir / BEST_WEIGHTS)
        sums = [total + weights for total, weights in zip(sums, model.get_weights(), strict=True)]
    model.set_weights([total / len(run_dirs) for total in sums])
    averaged = tuple(
        {"name": record.config.name, "sha256": file_sha256(run_dir / BEST_WEIGHTS)}
        for run_dir, record in zip(run_dirs, records, strict=True)
    )
    return write_mixed_run(model, replace(first, averaged=averaged), data_dir, out_dir)


def _architecture_of(config: ExperimentConfig) -> tuple[object, ...]:
    """Return what must be the same for weights to have the same meaning."""
    return config.architecture, config.size_px, config.emotions, dict(config.network)
