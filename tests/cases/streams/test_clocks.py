"""Recordings whose time stamps do not simply go on."""

import gc
import json
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from model.artefacts import ArtefactManifest
from tests.fakes.vision import ANGRY, FakeEmotionClassifier
from tests.support.needs import SHARED_DIR
from tests.support.patience import PATIENCE
from tests.support.videos import bar_of, bar_pictures, demo_pictures, write_video
from webapp.cli.main import main
from webapp.cli.offline import analyse as analyse_module
from webapp.domain.cameras.cameras import CameraAddress
from webapp.vision.sources import SourceLimits, make_source
from webapp.vision.sources.decoding import VideoDecoder

FPS = 10


@pytest.fixture
def _angry(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeEmotionClassifier(ANGRY)
    fake.manifest = ArtefactManifest("fake", "none", 0, 48, "", thresholds={"angry": {"enter": 0.5, "exit": 0.3}})
    monkeypatch.setattr(analyse_module, "load_classifier", lambda _settings: fake)


def analysed(video: Path, tmp_path: Path) -> tuple[str, dict[str, Any]]:
    """Return what `analyse` says in words and as JSON."""
    done = CliRunner().invoke(main, ["analyse", str(video), "--json", str(tmp_path / "out.json")])
    assert done.exit_code == 0, done.output
    return done.stdout, json.loads((tmp_path / "out.json").read_text())


def joined(folder: Path, *parts: Path) -> Path:
    path = folder / "joined.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


@pytest.mark.usefixtures("_angry")
@pytest.mark.parametrize("first_s", [0, 900])
def test_joined_recordings_are_analysed_to_the_end_and_the_step_back_is_said(first_s: int, tmp_path: Path) -> None:
    pictures = demo_pictures(20)
    stamps = [first_s * FPS + number for number in range(20)]
    first = write_video(tmp_path / "a.ts", pictures, fps=FPS, bf="0", stamps=stamps)
    second = write_video(tmp_path / "b.ts", pictures, fps=FPS, bf="0")
    said, told = analysed(joined(tmp_path, first, second), tmp_path)
    (jump,) = told["time_jumps"]
    assert told["frames"] == 40
    assert jump["at_s"] == pytest.approx(2.0, abs=0.05)
    assert jump["by_s"] == pytest.approx(-1.9 - first_s, abs=2)
    assert told["observations"][-1]["time_s"] == pytest.approx(3.9, abs=0.15)
    assert told["incidents"][0]["ended_s"] == pytest.approx(3.9, abs=0.15)
    assert "its time stamps go back" in said


@pytest.mark.usefixtures("_angry")
def test_a_gap_stays_in_the_time_of_an_analysis_and_is_said(tmp_path: Path) -> None:
    stamps = [*range(10), *range(6010, 6020)]
    said, told = analysed(write_video(tmp_path / "gap.mp4", demo_pictures(20), fps=FPS, stamps=stamps), tmp_path)
    assert told["time_jumps"] == [{"at_s": 601.0, "by_s": pytest.approx(600.1)}]
    assert "nothing was recorded for 600.1 s" in said


@pytest.mark.usefixtures("_angry")
def test_nothing_is_said_of_an_ordinary_recording(tmp_path: Path) -> None:
    said, told = analysed(write_video(tmp_path / "plain.mp4", demo_pictures(5), fps=FPS), tmp_path)
    assert list(told) == ["video", "fps", "frames", "observations", "incidents"]
    assert "time stamps" not in said


def played(path: Path, count: int) -> tuple[list[int], list[float]]:
    """Return the numbers of the pictures that a file camera shows, and the seconds after which each came."""
    source = make_source(CameraAddress(f"file:{path}"), SourceLimits(read_timeout_s=1))
    numbers, times_s = [], []
    with closing(source):
        source.open()
        for _ in range(count):
            numbers.append(round(bar_of(source.read().image_bgr) * 12))
            times_s.append(time.monotonic())
        assert source.received >= count
    return numbers, [time_s - times_s[0] for time_s in times_s]


def test_a_file_camera_waits_once_at_a_gap_and_goes_on_at_its_own_pace(tmp_path: Path) -> None:
    stamps = [*range(6), *range(6006, 6012)]
    path = write_video(tmp_path / "gap.mp4", bar_pictures(12), fps=FPS, stamps=stamps, bf="0")
    numbers, times_s = played(path, 12)
    assert numbers == [*range(12)]
    assert times_s[6] - times_s[5] == pytest.approx(1.0, abs=0.2 * PATIENCE)
    assert times_s[11] - times_s[6] == pytest.approx(0.5, abs=0.2 * PATIENCE)


def test_a_file_camera_plays_joined_recordings_at_their_pace_and_again(tmp_path: Path) -> None:
    part = write_video(tmp_path / "a.ts", bar_pictures(12), fps=2 * FPS, bf="0")
    numbers, times_s = played(joined(tmp_path, part, part), 36)
    assert numbers == [*range(12)] * 3
    assert times_s[-1] == pytest.approx(35 / (2 * FPS), abs=0.4 * PATIENCE)


def test_a_file_without_an_index_or_stamps_begins_again(tmp_path: Path) -> None:
    path = write_video(tmp_path / "raw.h264", bar_pictures(12), container_format="h264", bf="0")
    assert played(path, 24)[0] == [*range(12)] * 2


def test_a_film_that_is_played_for_a_year_leaves_no_decoders_behind(tmp_path: Path) -> None:
    path = write_video(tmp_path / "short.mp4", bar_pictures(2), fps=100)
    gc.collect()
    gc.disable()
    try:
        played(path, 12)
        assert sum(isinstance(found, VideoDecoder) for found in gc.get_objects()) <= 1
    finally:
        gc.enable()


def _case(name: str) -> Path:
    path = SHARED_DIR / "cases" / name
    if not path.exists():
        pytest.skip(f"../shared/cases/{name} is missing")
    return path


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "frames", "faces", "started_s"),
    [("joined/joined.ts", 228, 2, 13.2), ("pixel-aspect/narrow.mp4", 210, 1, 6.5), ("gap/gap.mp4", 45, None, None)],
)
def test_the_delivered_model_finds_who_looks_angry_in_the_recordings_of_the_field(
    name: str, frames: int, faces: int | None, started_s: float | None, tmp_path: Path
) -> None:
    _said, told = analysed(_case(name), tmp_path)
    assert told["frames"] == frames
    if faces is not None:
        assert len({seen["track_id"] for seen in told["observations"]}) == faces
        assert [incident["started_s"] for incident in told["incidents"]] == [pytest.approx(started_s, abs=1.5)]
