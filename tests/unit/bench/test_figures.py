"""Figures: their spread, the machine, and where they are written."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from webapp.cli.bench.cameras import Moment, figures_between, words
from webapp.cli.bench.figures import Spread, machine, machine_words, plain, quantile, report
from webapp.cli.bench.product.browser import CameraCounters
from webapp.cli.bench.product.processes import ProcessFigures, cpu_by_kind, kind_of, process_tree


def test_a_spread_names_the_middle_and_both_ends():
    assert Spread.of([3.0, 1.0, 2.0]) == Spread(2.0, 1.0, 3.0, 3)
    assert Spread.of([3.0, 1.0, 2.0]).words(" ms", 1) == "2.0 ms (1.0 to 3.0)"
    assert Spread.of([3.0]).words() == "3.00"
    assert [quantile([5, 1, 4, 2, 3], share) for share in (0, 0.5, 0.99, 1)] == [1, 3, 5, 5]


def test_the_machine_is_named():
    facts = machine()
    assert facts["cores"] >= 1
    assert facts["opencv"].startswith("4.")
    assert facts["python"] in machine_words(facts)


def test_figures_are_written_where_they_are_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    report("so many", {"a": Spread.of([1.0])}, tmp_path / "f.json")
    assert json.loads((tmp_path / "f.json").read_text())["a"]["median"] == 1.0
    assert capsys.readouterr().out == "so many\n"
    report("so many", {"a": [1]}, Path("-"))
    piped = capsys.readouterr()
    assert (json.loads(piped.out), piped.err) == ({"a": [1]}, "so many\n")
    assert plain({1: (Spread.of([1.0]),)})["1"][0]["count"] == 1


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (["/venv/bin/python", "/opt/run.py", "serve"], "supervisor"),
        (["python", "/opt/run.py", "capture"], "capture"),
        (["python", "-m", "webapp.runtime.capture", ""], "capture"),
        (["python", "/opt/run.py", "camera", "probe-job"], "other"),
    ],
)
def test_processes_are_told_apart_by_their_command(command: list[str], kind: str):
    assert kind_of(command) == kind


def test_processor_time_and_memory_of_a_tree_of_processes():
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
    with subprocess.Popen([sys.executable, "-c", code], start_new_session=True) as process:
        try:
            while len(process_tree(process.pid)) < 2:
                time.sleep(0.02)
            before = after = process_tree(process.pid)
            while cpu_by_kind(before, after)["other"] < 0.05:
                time.sleep(0.05)
                after = process_tree(process.pid)
        finally:
            os.killpg(process.pid, 9)
    assert {one.kind for one in after} == {"other"}
    assert sum(one.cpu_s for one in after) >= 0.05
    assert all(1e6 < one.pss_bytes < 1e9 for one in after)


def test_fps_come_from_the_counters_and_the_span():
    def moment(at_s: float, frames: int, cpu_s: float) -> Moment:
        counters = {camera_id: CameraCounters(frames * camera_id, 10) for camera_id in (1, 2, 3)}
        return Moment(at_s, counters, [ProcessFigures(1, "vision", cpu_s, 200_000_000)])

    figures = figures_between(moment(10.0, 100, 1.0), moment(20.0, 200, 7.0), [1, 2], decoding=0.05)
    assert figures.analysed_fps == Spread(15.0, 10.0, 20.0, 2)
    assert figures.quiet_fps == Spread(30.0, 30.0, 30.0, 1)
    assert (figures.all_fps, figures.dropped_fps) == (60.0, 0.0)
    assert (figures.cores, figures.beyond_decoding) == ({"vision": 0.6}, 0.15)
    assert "15.00 (10.00 to 20.00), the others 30.00" in words(figures)
    assert "vision (1): 0.60 core, 200 MB" in words(figures)
