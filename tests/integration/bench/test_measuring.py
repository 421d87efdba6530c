"""Benches that run: the product is started, measured and leaves nothing behind."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from click import ClickException
from click.testing import CliRunner

from tests.support.videos import demo_pictures, write_video
from webapp.cli.bench import simulated_vision, web
from webapp.cli.bench.alerts import measure_from_commit
from webapp.cli.bench.cameras import measure_cameras
from webapp.cli.bench.people import Missed, measure_people, words
from webapp.cli.bench.product.clips import decoding_share
from webapp.cli.bench.product.processes import ProcessFigures, process_tree
from webapp.cli.bench.product.running import product
from webapp.cli.bench.simulated_vision import WatchedScene
from webapp.cli.main import main
from webapp.settings import REPOSITORY_DIR


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the bench makes its folders, to see what is left of them."""
    made = tmp_path / "made"
    made.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(made))
    monkeypatch.setenv("AMENDS_MODEL_THREADS", "1")
    return made


@pytest.mark.slow
def test_the_real_product_is_measured_and_nothing_is_left(folder: Path, tmp_path: Path):
    clip = write_video(tmp_path / "clip.mp4", demo_pictures(30))
    figures = measure_cameras(1, clip, 2.0, warm_up_s=0.0)
    assert figures.cameras == 1
    assert 0 < figures.analysed_fps.median <= 15
    assert {"vision", "capture", "web", "supervisor", "housekeeping"} <= set(figures.memory_mb)
    assert figures.cores["vision"] > 0
    assert 10 < figures.memory_mb["capture"].median < 1000
    assert 0 < figures.decoding < 1
    assert list(folder.iterdir()) == []


def test_a_bench_that_is_told_to_end_takes_the_product_with_it(tmp_path: Path):
    command = [sys.executable, str(REPOSITORY_DIR / "run.py"), "bench", "alerts", "--from-commit", "--count", "999"]
    with subprocess.Popen(command, env=os.environ | {"TMPDIR": str(tmp_path)}, stderr=subprocess.PIPE) as bench:
        started: list[ProcessFigures] = []
        while not started and bench.poll() is None:
            time.sleep(0.05)
            started = [one for one in process_tree(bench.pid) if one.kind == "web"]
        bench.terminate()
        assert bench.wait(60) == 1
    assert not Path(f"/proc/{started[0].pid}").exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_pages_over_a_log_and_alerts_from_their_commit(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(web, "FILTERS", ("q=bill&outcome=recovered",))
    monkeypatch.setattr(web, "PAGES", ("/admin/system",))
    log, pages = web.measure_pages(rows=300, requests=1)
    assert log["q=bill&outcome=recovered"].p50_ms > 0
    assert pages["/admin/system"].p99_ms > 0
    assert measure_from_commit(2, 1, 1).delays.p99_ms > 0
    assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_scenes_go_through_the_pipeline_in_simulated_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    exhaustive, watch = list[WatchedScene](), simulated_vision.watch_exhaustively

    def noted(*arguments: Any) -> WatchedScene:
        exhaustive.append(watch(*arguments))
        return exhaustive[-1]

    monkeypatch.setattr(simulated_vision, "watch_exhaustively", noted)
    scene = tmp_path / "scene.mp4"
    options = ["--seconds", "1.2", "--people", "1", "--size", "120-140", "--glancing", "0", "--speed", "400"]
    assert CliRunner().invoke(main, ["bench", "scene", str(scene), *options]).exit_code == 0
    figures = measure_people([scene, scene], live_s=None)
    assert figures.simulated == Missed(2, 2, 2, 0, 0.0, 0, 0)
    assert 0 < figures.simulated_fps.median <= 13
    assert 0 < figures.busy <= 1
    assert "of 2 appearances 2 were found" in words(figures)
    assert [len(one.seen) for one in exhaustive] == [30]


def test_decoding_alone_is_a_share_of_a_core(tmp_path: Path):
    few, many = (
        write_video(tmp_path / f"{fps}.mp4", demo_pictures(30, width_px=960), fps=fps) for fps in (10, 50)
    )  # fmt: skip
    assert 0 < decoding_share(few) < decoding_share(many)


def test_a_product_that_ends_says_why(folder: Path):
    with product(command="no-such-part") as running:
        running.start()
        with pytest.raises(ClickException, match=r"(?s)ended before it answers.*no-such-part"):
            running.wait_for_port()
    assert list(folder.iterdir()) == []
