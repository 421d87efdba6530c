"""Weights on the line between where a training began and where it ended.

A training on harder faces gains there and loses a little on clean ones; in between, most of the gain is kept at next to
no loss (WiSE-FT: Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022).
"""

from dataclasses import replace
from pathlib import Path

import keras

from model.architectures import build_model
from model.artefacts import file_sha256
from model.data.layouts.face_folder import FaceFolder
from model.errors import ExperimentInvalid
from model.experiments.checkpoints import RunFolder
from model.experiments.records import RunRecord, read_record
from model.training.keras_engine import compiled_models
from model.training.pretrained_weights import load_initial
from model.training.weights.mixed_runs import write_mixed_run


def interpolate(run_dir: Path, start: Path, share: float, data_dir: Path | FaceFolder, out_dir: Path) -> RunRecord:
    """Write a run whose weights lie between the start of another run and its last epoch.

    Args:
        run_dir: Folder of a finished run that Keras trained from ``start``.
        start: The file of weights that it was started from.
        share: How far to go from the start to the end, between 0 and 1.
        data_dir: Whose PublicTest measures the new weights.
        out_dir: Folder of the new run; ``run.py export`` takes it as any other.

    Returns:
        The new run's record: the old one's with the metrics of the new weights, and what they lie between.

    Raises:
        ExperimentInvalid: If the share is out of range, the folder is the run's own or holds no such run, or the run
            was started from other weights.
        DatasetUnreadable: If the data cannot be used.
    """
    if not 0 < share < 1:
        raise ExperimentInvalid(f"share: expected more than 0 and less than 1, came {share}")
    if out_dir.resolve() == run_dir.resolve():
        raise ExperimentInvalid(f"{out_dir}: is the run itself; choose another --out")
    record = read_record(run_dir)
    if record.init != file_sha256(start):
        raise ExperimentInvalid(
            f"{start}: {run_dir} was not started from these weights; its record names {record.init}"
        )
    model = build_model(record.config)
    load_initial(model, record.config, str(start))
    ended = _last_epoch(record, run_dir).get_weights()
    pairs = zip(model.get_weights(), ended, strict=True)
    model.set_weights([(1 - share) * before + share * after for before, after in pairs])
    mixed = replace(record, interpolation={"start_sha256": record.init, "share": share})
    return write_mixed_run(model, mixed, data_dir, out_dir)


def _last_epoch(record: RunRecord, run_dir: Path) -> keras.Model:
    """Return the model as the run's last epoch left it."""
    if record.config.engine != "keras":
        raise ExperimentInvalid(f"{run_dir}: expected a run that Keras trained, came one of {record.config.engine}")
    model, trainer = compiled_models(record.config, steps_per_epoch=1)
    if not RunFolder(run_dir).restore(trainer):
        raise ExperimentInvalid(f"{run_dir}: the run has finished no epoch yet")
    return model
