import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.errors import ExperimentInvalid
from model.experiments.comparison import as_markdown, as_text, comparison_row, draw_curves, find_runs
from model.experiments.config import ExperimentConfig, OptimiserConfig
from model.experiments.records import CURVES_FILE, RunRecord, write_record

CONFIG = ExperimentConfig("mine", "plain_cnn", 48, OptimiserConfig(epochs=3))
METRICS: dict[str, Any] = {
    "accuracy": 0.5,
    "macro_f1": 0.4,
    "anger_at_argmax": {"recall": 0.3, "precision": 0.2},
    "anger_at_threshold": {"precision": 0.25},
    "ferplus_majority_accuracy": 0.8,
    "consensus_anger": [{"recall": 0.8, "false_positive_rate": 0.1}, {"recall": 0.9, "false_positive_rate": 0.0123}],
}


def epochs(*accuracies: float) -> tuple[dict[str, float], ...]:
    return tuple({"seconds": 30.0, "accuracy": value, "val_accuracy": value} for value in accuracies)


def record(**changes: Any) -> RunRecord:
    finished = RunRecord(CONFIG, "2026-01-01T00:00:00+00:00", "abc", 100, 20, parameters=1234, metrics=METRICS)
    return replace(finished, curves=epochs(0.2, 0.6, 0.5), **changes)


def keep(run_dir: Path, record: RunRecord) -> None:
    run_dir.mkdir(parents=True)
    write_record(record, run_dir)
    (run_dir / CURVES_FILE).write_text(json.dumps(record.curves))


def test_a_row_tells_size_time_and_figures() -> None:
    row = comparison_row(record())

    assert (row["name"], row["emotions"], row["parameters"]) == ("mine", 7, 1234)
    assert (row["epochs"], row["minutes"]) == ("3 (2)", 1.5)
    assert (row["accuracy"], row["anger_recall"], row["precision_at_80"]) == (0.5, 0.3, 0.25)
    assert (row["majority"], row["others_at_90"]) == (0.8, 0.0123)
    assert as_text([row]).split()[-2:] == ["0.800", "0.0123"]


def test_a_network_that_does_not_know_anger_has_no_figures_of_it() -> None:
    happy_or_sad = replace(CONFIG, emotions=("happy", "sad"))

    row = comparison_row(record(config=happy_or_sad, metrics={"accuracy": 0.9, "macro_f1": 0.9}))

    assert row["anger_recall"] is None
    assert "–" in as_text([row])


def test_a_run_that_still_trains_is_listed_with_the_epochs_done(tmp_path: Path) -> None:
    keep(tmp_path / "runs" / "going-on", record(metrics={}, parameters=0))

    (found,) = find_runs(tmp_path).values()

    assert comparison_row(found)["epochs"] == "3 (2)"
    assert comparison_row(found)["accuracy"] is None


def test_all_runs_below_a_folder_are_found(tmp_path: Path) -> None:
    for place in ("one", "deeper/two"):
        keep(tmp_path / place, record())

    assert list(find_runs(tmp_path)) == [tmp_path / "deeper/two", tmp_path / "one"]


def test_a_folder_without_runs_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ExperimentInvalid, match=r"no run in it; `run.py train"):
        find_runs(tmp_path)


def test_a_markdown_table_has_a_line_for_each_run() -> None:
    lines = as_markdown([comparison_row(record()), comparison_row(record())]).splitlines()

    assert len(lines) == 4
    assert len({line.count("|") for line in lines}) == 1
    assert "| 0.500 | 0.400 |" in lines[2]


@pytest.mark.parametrize("count", [1, 5])
def test_curves_are_drawn_for_any_number_of_runs(tmp_path: Path, count: int) -> None:
    draw_curves([record()] * count, tmp_path / "curves.png")

    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
