"""Runs whose weights no epoch left, but that are made of those of others."""

from dataclasses import replace
from pathlib import Path

import keras

from model.data.layouts.face_folder import FaceFolder
from model.experiments.checkpoints import RunFolder, save_weights
from model.experiments.records import RunRecord, write_record
from model.training.loop import load_split, run_metrics


def write_mixed_run(model: keras.Model, record: RunRecord, data_dir: Path | FaceFolder, out_dir: Path) -> RunRecord:
    """Measure weights and write them as a run; ``run.py export`` takes it as any other.

    Args:
        model: With the weights.
        record: Of the run that they are first of all made of, with what they are made of.
        data_dir: Whose PublicTest measures them.
        out_dir: Folder of the new run.

    Returns:
        The record with the metrics of these weights.

    Raises:
        DatasetUnreadable: If the data cannot be used.
    """
    validation = load_split(record.config, data_dir, "PublicTest")
    metrics = run_metrics(lambda inputs: model.predict(inputs, verbose=0), validation, record.config.size_px)
    measured = replace(record, metrics=metrics)
    folder = RunFolder(out_dir)
    save_weights(model, folder.best_weights)
    folder.finish_epoch(list(record.curves))
    write_record(measured, out_dir)
    return measured
