"""The runs of several experiments side by side, from their records alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.errors import ExperimentInvalid
from model.experiments.records import RECORD_FILE, RunRecord, read_curves, read_record
from model.labels import EMOTIONS

COLUMNS: dict[str, str] = {
    "name": "experiment",
    "architecture": "architecture",
    "emotions": "emotions",
    "parameters": "parameters",
    "trainable": "trainable",
    "epochs": "epochs (best)",
    "minutes": "minutes",
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "anger_recall": "anger recall",
    "anger_precision": "anger precision",
    "precision_at_80": "precision at recall .80",
    "majority": "FER+ majority",
    "others_at_90": "others at consensus .90",
}
"""Keys of a row, and their headings. Anger's first two are where the highest score wins; the last is the share of other
faces that are taken for angry where 90 % of those are found that most FER+ taggers call angry."""


def find_runs(folder: Path) -> dict[Path, RunRecord]:
    """Return the records of all runs in a folder and below it, by their folder, with the epochs done so far.

    Raises:
        ExperimentInvalid: If there is none, or one cannot be read.
    """
    run_dirs = [path.parent for path in sorted(folder.rglob(RECORD_FILE))]
    if not run_dirs:
        raise ExperimentInvalid(f"{folder}: no run in it; `run.py train CONFIG --data DIR` makes one")
    return {path: _with_epochs_so_far(read_record(path), path) for path in run_dirs}


def _with_epochs_so_far(record: RunRecord, run_dir: Path) -> RunRecord:
    """Return the record with the epochs of a run that still trains; a finished record has its own."""
    return replace(record, curves=record.curves or tuple(read_curves(run_dir)))


def comparison_row(record: RunRecord) -> dict[str, Any]:
    """Return what a table shows of a run: the keys of ``COLUMNS``, None where a figure is not there."""
    metrics = record.metrics
    anger = metrics.get("anger_at_argmax", {})
    return {
        "name": record.config.name,
        "architecture": record.config.architecture,
        "emotions": len(record.config.emotions),
        "parameters": record.parameters or None,
        "trainable": record.trainable_parameters or None,
        "epochs": f"{len(record.curves)} ({best_epoch(record)})",
        "minutes": round(record.training_seconds / 60, 1),
        "accuracy": metrics.get("accuracy"),
        "macro_f1": metrics.get("macro_f1"),
        "anger_recall": anger.get("recall"),
        "anger_precision": anger.get("precision"),
        "precision_at_80": metrics.get("anger_at_threshold", {}).get("precision"),
        "majority": metrics.get("ferplus_majority_accuracy"),
        "others_at_90": next(
            (row["false_positive_rate"] for row in metrics.get("consensus_anger", []) if row["recall"] == 0.9), None
        ),
    }


def best_epoch(record: RunRecord) -> int:
    """Return the epoch whose weights were kept, counted from 1; 0 before the first one."""
    accuracies = [row["val_accuracy"] for row in record.curves]
    return max(range(len(accuracies)), key=lambda index: (accuracies[index], index)) + 1 if accuracies else 0


def as_text(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as a table for a terminal."""
    cells = [list(COLUMNS.values()), *([shown(row[key]) for key in COLUMNS] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)


def as_markdown(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as a Markdown table."""
    head = [list(COLUMNS.values()), ["---"] * len(COLUMNS)]
    lines = head + [[shown(row[key]) for key in COLUMNS] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def shown(value: object) -> str:
    """Return one cell's text."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.{3 if value >= 0.1 else 4}f}" if 0 < value < 1 else f"{value:.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def draw_curves(records: Sequence[RunRecord], path: Path) -> None:
    """Draw the accuracy of every run, epoch by epoch, as small pictures of one scale.

    Args:
        records: Runs with at least one epoch.
        path: ``.png`` or ``.svg``.
    """
    from matplotlib.figure import Figure

    columns = min(4, len(records))
    lines = -(-len(records) // columns)
    figure = Figure(figsize=(3 * columns, 2.2 * lines), layout="constrained")
    plots = figure.subplots(lines, columns, sharey=True, squeeze=False).flatten()
    for axes, (label, series) in zip(plots, _series(records), strict=False):
        for (name, values), colour in zip(series.items(), ("#9aa5b1", "#206bc4"), strict=True):
            axes.plot(
                range(1, len(values) + 1), values, label=name, color=colour, marker="." if len(values) < 8 else ""
            )
        axes.set_title(label, fontsize=9)
        axes.set_ylim(0, 1)
        axes.grid(alpha=0.3)
        axes.xaxis.get_major_locator().set_params(integer=True)
    for axes in plots[len(records) :]:
        axes.set_axis_off()
    figure.legend(*plots[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=9)
    figure.savefig(path, dpi=110)


def _series(records: Sequence[RunRecord]) -> Iterator[tuple[str, dict[str, list[float]]]]:
    for record in records:
        training = [row["accuracy"] for row in record.curves]
        validation = [row["val_accuracy"] for row in record.curves]
        emotions = len(record.config.emotions)
        label = record.config.name + (f" ({emotions} emotions)" if emotions < len(EMOTIONS) else "")
        yield label, {"Training, changed at random": training, "PublicTest": validation}
