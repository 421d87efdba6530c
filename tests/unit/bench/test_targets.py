"""The table of targets: what passes, what falls short, what could not be measured."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.videos import demo_pictures, write_video
from webapp.cli.bench import all as bench_all
from webapp.cli.bench import targets
from webapp.cli.bench.cameras import CamerasFigures
from webapp.cli.bench.figures import Spread
from webapp.cli.bench.people import AlertsCompared, Look, Missed, PeopleFigures, Seen
from webapp.cli.bench.pipeline import Timing
from webapp.cli.bench.start import StartFigures
from webapp.cli.bench.turning import Delays, TurningFigures
from webapp.cli.bench.web import PageFigures, ViewersFigures, WebFigures
from webapp.cli.main import main
from webapp.errors import InputInvalid


def one(value: float) -> Spread:
    return Spread.of([value])


def verdicts(rows: list[targets.Row]) -> list[str]:
    return [row.verdict for row in rows]


def cameras(fps: float, memory_mb: float, beyond: float) -> CamerasFigures:
    memory = {kind: one(memory_mb) for kind in ("vision", "capture", "web", "supervisor", "housekeeping", "other")}
    return CamerasFigures(8, 60.0, one(fps), None, 8 * fps, 0.0, {}, memory, 0.04, beyond)


def test_each_row_is_held_to_its_target():
    timing = Timing("ours", 100, 300, 300.0, {})
    assert verdicts(targets.pipeline_rows([timing], Timing("usual", 60, 60, 5.0, {}))) == ["pass"]
    assert verdicts(targets.pipeline_rows([timing], Timing("usual", 60, 60, 5.1, {}))) == ["shortfall"]
    assert verdicts(targets.cameras_rows(cameras(9.0, 0, 0), "8 cameras")) == ["pass"]
    assert verdicts(targets.cameras_rows(cameras(8.9, 0, 0), "8 cameras")) == ["shortfall"]
    assert verdicts(targets.nobody_rows(cameras(9, 0, 0.031), "where nothing moves")) == ["shortfall"]
    held = {row.what.split()[2].strip(","): row.verdict for row in targets.memory_rows(cameras(9, 100.0, 0))}
    assert held == {
        "vision": "pass", "web": "pass", "capture": "shortfall", "supervisor": "shortfall", "housekeeping": "shortfall",
    }  # fmt: skip


def test_who_is_missed_and_how_late_alerts_are():
    found, unseen, glimpsed = Look(True, Seen.LONG), Look(False, Seen.NEVER), Look(False, Seen.GLIMPSED)
    missed = Missed.of([found] * 98 + [Look(False, Seen.LONG)] * 2 + [unseen, glimpsed])
    assert (missed.missed, missed.share, missed.glimpsed_missed) == (2, 0.02, 1)
    figures = PeopleFigures(8, missed, one(9), 0.5, AlertsCompared(3, one(0.1), 0, 0), Missed.of([found]), one(9))
    assert verdicts(targets.people_rows(figures)) == ["shortfall", "pass", "pass"]
    silent = PeopleFigures(8, missed, one(9), 0.5, AlertsCompared(0, None, 0, 0))
    assert verdicts(targets.people_rows(silent)) == ["shortfall", "not measured"]
    late = TurningFigures(8, 5, 4, 1.5, Delays.of([0.2, 1.2]), Delays.of([0.1]), Delays.of([0.1]), one(9))
    assert verdicts(targets.alerts_rows(late)) == ["pass", "shortfall"]
    assert "4 of 5 alerted" in targets.alerts_rows(late)[1].measured


def test_web_and_start():
    page = {"q=bill": PageFigures(120.0, 200.0, 60.0), "camera=1": PageFigures(20.0, 30.0, 10.0)}
    rows = targets.web_rows(WebFigures(ViewersFigures(50, one(10), 5.0, 0.2, 0.0, 0.29), 1000, page, {}))
    assert verdicts(rows) == ["pass", "shortfall"]
    assert "q=bill" in rows[1].measured
    quick, slow = StartFigures(one(1.9), one(3.0), one(3)), StartFigures(one(2.1), one(4.1), one(3))
    assert verdicts(targets.start_rows(quick, slow)) == ["pass", "pass", "shortfall", "shortfall"]


def test_the_table_is_written_and_what_cannot_be_measured_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(_plan: bench_all.Plan) -> bench_all.Measured:
        raise InputInvalid("TensorFlow is missing")

    rows = targets.nobody_rows(cameras(9, 0, 0.01), "where nothing moves")
    monkeypatch.setattr(bench_all, "STEPS", {"pipeline": broken, "nobody": lambda _plan: (rows, cameras(9, 0, 0.01))})
    clip = write_video(tmp_path / "clip.mp4", demo_pictures(3))
    written = ["--json", str(tmp_path / "all.json"), "--markdown", str(tmp_path / "all.md")]
    done = CliRunner().invoke(main, ["bench", "all", str(clip), *written])
    assert done.exit_code == 0, done.output
    assert "TensorFlow is missing" in done.output
    told = json.loads((tmp_path / "all.json").read_text())
    assert [row["is_reached"] for row in told["rows"]] == [None, True]
    assert told["figures"]["nobody"]["beyond_decoding"] == 0.01
    table = (tmp_path / "all.md").read_text()
    assert "| pipeline | TensorFlow is missing |  | not measured |" in table
    assert "<= 0.03 core | pass |" in table
    assert "processor " in table


def test_a_scene_is_its_own_street_and_another_clip_gets_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made: list[str] = []
    monkeypatch.setattr(bench_all, "made_scene", lambda path, *_: made.append(path.name))
    monkeypatch.setattr(bench_all, "chosen_cast", lambda *_: None)
    clip = tmp_path / "clip.mp4"
    plan = bench_all.Plan(clip, 5.0, None, tmp_path)
    assert plan.street().name == "street.mp4"
    (tmp_path / "clip.json").write_text("{}")
    assert plan.street() == clip
    assert plan.nobody().name == "nobody.mp4"
    assert plan.still().name == "still.mp4"
    assert made == ["street.mp4", "nobody.mp4", "still.mp4"]
