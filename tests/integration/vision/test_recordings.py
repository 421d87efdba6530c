"""`analyse` and `predict`: what they write, and one clear line for bad input."""

import csv
import json
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from model.artefacts import ArtefactManifest
from tests.fakes.vision import ANGRY, CALM, FakeEmotionClassifier
from tests.servers import free_port, http_server
from tests.support.needs import shared_media
from tests.support.videos import demo_jpegs, demo_pictures, write_video
from webapp.cli.main import main
from webapp.cli.offline import analyse as analyse_module
from webapp.cli.offline import predict as predict_module
from webapp.domain.vision.emotions import EMOTIONS

NAMES = {emotion.value for emotion in EMOTIONS}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def one_line_of(done: Result) -> str:
    assert done.exit_code == 2, done.output
    assert isinstance(done.exception, SystemExit)
    lines = [line for line in done.stderr.splitlines() if line.startswith("Error:")]
    assert len(lines) == 1
    assert "Traceback" not in done.output
    return lines[0]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("clip") / "clip.mp4", demo_pictures(60))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "visitor.jpg"
    path.write_bytes(demo_jpegs(1)[0])
    return path


@pytest.fixture
def classifier(monkeypatch: pytest.MonkeyPatch) -> FakeEmotionClassifier:
    """A network that finds everybody angry."""
    fake = FakeEmotionClassifier(ANGRY)
    fake.manifest = ArtefactManifest("fake", "none", 0, 48, "", thresholds={"angry": {"enter": 0.5, "exit": 0.3}})
    for module in (analyse_module, predict_module):
        monkeypatch.setattr(module, "load_classifier", lambda _settings: fake)
    return fake


class TestAnalyse:
    def test_json_has_the_documented_form(self, clip: Path, tmp_path: Path, classifier: FakeEmotionClassifier) -> None:
        done = run("analyse", clip, "--json", tmp_path / "out.json")
        assert done.exit_code == 0, done.output
        told: dict[str, Any] = json.loads((tmp_path / "out.json").read_text())
        assert list(told) == ["video", "fps", "frames", "observations", "incidents"]
        assert (told["video"], told["fps"], told["frames"]) == (str(clip), 15.0, 60)
        seen = told["observations"][0]
        assert list(seen) == ["time_s", "track_id", "box_xyxy", "scores", "emotion"]
        assert set(seen["scores"]) == NAMES
        assert (seen["time_s"], seen["track_id"], seen["emotion"]) == (0.0, 1, "angry")
        assert len(seen["box_xyxy"]) == 4

    def test_an_episode_that_lasts_is_ended_with_the_recording(
        self, clip: Path, tmp_path: Path, classifier: FakeEmotionClassifier
    ) -> None:
        assert "1 incidents" in run("analyse", clip, "--json", tmp_path / "out.json").stdout
        incidents = json.loads((tmp_path / "out.json").read_text())["incidents"]
        assert [list(incident) for incident in incidents] == [
            ["track_id", "started_s", "opened_s", "ended_s", "peak_score", "joined"]
        ]
        assert incidents[0]["started_s"] == pytest.approx(0.2, abs=0.2)
        assert incidents[0]["ended_s"] == pytest.approx(3.9, abs=0.2)
        assert incidents[0]["peak_score"] == pytest.approx(0.9)

    def test_a_face_that_turns_away_for_two_seconds_joins_its_incident_and_the_reasons_are_told(
        self, tmp_path: Path, classifier: FakeEmotionClassifier
    ) -> None:
        there = demo_pictures(45)
        nobody = [np.full_like(there[0], 90)] * 30
        video = write_video(tmp_path / "away.mp4", [*there, *nobody, *there])
        assert run("analyse", video, "--json", tmp_path / "out.json").exit_code == 0
        (incident,) = json.loads((tmp_path / "out.json").read_text())["incidents"]
        assert 1.5 <= incident["opened_s"] - incident["started_s"] < 1.7
        (joined,) = incident["joined"]
        because = joined["because"]
        assert (joined["track_id"], because["same_track"], because["lost_track_id"]) == (2, False, 1)
        assert because["missing_s"] == pytest.approx(2.1, abs=0.2)
        assert because["moved_widths"] < 0.2
        assert because["likeness"] > 0.9

    def test_a_high_frame_rate_is_thinned_as_it_is_live(
        self, clip: Path, monkeypatch: pytest.MonkeyPatch, classifier: FakeEmotionClassifier
    ) -> None:
        monkeypatch.setenv("AMENDS_ANALYSIS_FPS", "5")
        assert run("analyse", clip).exit_code == 0
        assert len(classifier.batch_sizes) == 20

    def test_json_can_go_to_standard_output(self, clip: Path, classifier: FakeEmotionClassifier) -> None:
        classifier.answer = CALM
        told = json.loads(run("analyse", clip, "--json", "-").stdout)
        assert told["incidents"] == []

    def test_csv_video_and_plot_are_written(
        self, clip: Path, tmp_path: Path, classifier: FakeEmotionClassifier
    ) -> None:
        outputs = {kind: tmp_path / f"out.{kind}" for kind in ("csv", "mp4", "png")}
        done = run("analyse", clip, "--csv", outputs["csv"], "--video", outputs["mp4"], "--plot", outputs["png"])
        assert done.exit_code == 0, done.output
        with outputs["csv"].open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert {"time_s", "track_id", "left", "emotion", *NAMES} <= set(rows[0])
        with av.open(str(outputs["mp4"])) as marked:
            frames = list(marked.decode(video=0))
        assert len(frames) == len(rows) == 48
        assert float(frames[-1].time) == pytest.approx(3.9, abs=0.1)
        assert cv2.imread(str(outputs["png"])) is not None

    def test_bad_input_is_one_line_and_exit_code_2(
        self, tmp_path: Path, clip: Path, classifier: FakeEmotionClassifier
    ) -> None:
        text = tmp_path / "text.mp4"
        text.write_text("no video")
        assert "'none.mp4'" in one_line_of(run("analyse", tmp_path / "none.mp4"))
        assert "cannot be decoded" in one_line_of(run("analyse", text))
        assert "Cannot write" in one_line_of(run("analyse", clip, "--json", tmp_path / "no" / "out.json"))
        assert "ends in .png" in one_line_of(run("analyse", clip, "--plot", tmp_path / "plot.xyz"))
        assert not (tmp_path / "plot.xyz").exists()

    def test_a_missing_artefact_is_one_line(self, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AMENDS_MODEL_DIR", str(tmp_path))
        assert "AMENDS_MODEL_DIR" in one_line_of(run("analyse", clip))


class TestPredict:
    def test_json_is_one_object_for_each_image(self, picture: Path, classifier: FakeEmotionClassifier) -> None:
        done = run("predict", picture, picture, "--json")
        objects = [json.loads(line) for line in done.stdout.splitlines()]
        assert [one["image"] for one in objects] == [str(picture)] * 2
        face = objects[0]["faces"][0]
        assert list(face) == ["box_xyxy", "scores", "emotion"]
        assert set(face["scores"]) == NAMES
        assert face["emotion"] == "angry"

    def test_words_are_for_people(self, picture: Path, classifier: FakeEmotionClassifier) -> None:
        assert "angry-looking 90%" in run("predict", picture).stdout

    def test_a_picture_without_a_face_is_said_to_have_none(
        self, tmp_path: Path, classifier: FakeEmotionClassifier
    ) -> None:
        cv2.imwrite(str(tmp_path / "wall.png"), np.full((200, 200, 3), 90, np.uint8))
        done = run("predict", tmp_path / "wall.png")
        assert done.exit_code == 0
        assert "no face found" in done.stdout

    def test_an_address_is_fetched(self, picture: Path, classifier: FakeEmotionClassifier) -> None:
        with http_server({"/a.jpg": ("image/jpeg", picture.read_bytes())}) as root:
            done = run("predict", f"{root.replace('://', '://user:s3cret@')}/a.jpg", "--json")
        assert json.loads(done.stdout)["faces"]
        assert "s3cret" not in done.output

    def test_marked_pictures_are_written(
        self, picture: Path, tmp_path: Path, classifier: FakeEmotionClassifier
    ) -> None:
        assert run("predict", picture, "--annotate", tmp_path / "out.png").exit_code == 0
        marked = cv2.imread(str(tmp_path / "out.png"))
        assert marked is not None
        assert not np.array_equal(marked, cv2.imread(str(picture)))
        assert run("predict", picture, picture, "--annotate", tmp_path / "both").exit_code == 0
        assert len(list((tmp_path / "both").iterdir())) == 2

    def test_bad_input_is_one_line_and_exit_code_2(
        self, picture: Path, tmp_path: Path, classifier: FakeEmotionClassifier
    ) -> None:
        text = tmp_path / "text.jpg"
        text.write_text("no picture")
        assert "Cannot read" in one_line_of(run("predict", tmp_path / "none.jpg"))
        assert "not a picture" in one_line_of(run("predict", text))
        assert "Cannot read" in one_line_of(run("predict", tmp_path))
        assert "Cannot fetch" in one_line_of(run("predict", f"http://127.0.0.1:{free_port()}/a.jpg"))
        assert "Cannot write" in one_line_of(run("predict", picture, "--annotate", tmp_path / "no" / "out.jpg"))
        with http_server({}) as root:
            assert "404" in one_line_of(run("predict", f"{root}/a.jpg"))

    def test_no_image_is_a_mistake(self) -> None:
        assert run("predict").exit_code == 2


@pytest.mark.shared
@pytest.mark.slow
class TestDeliveredArtefact:
    """The artefact and the settings as delivered, on the clips that say what is expected of them."""

    def test_the_angry_episode_is_one_incident_at_its_time(self, tmp_path: Path) -> None:
        done = run("analyse", shared_media("episode-angry.mp4"), "--json", tmp_path / "out.json")
        told = json.loads((tmp_path / "out.json").read_text())
        assert len(told["incidents"]) == 1
        opened_s = float(done.stdout.partition("alert at ")[2].partition(" s")[0])
        assert 4.5 <= opened_s <= 8.0
        assert {seen["track_id"] for seen in told["observations"]} == {1}

    def test_changing_expressions_without_anger_are_no_incident(self, tmp_path: Path) -> None:
        done = run("analyse", shared_media("expressions-one-face.mp4"), "--json", tmp_path / "out.json")
        assert done.exit_code == 0
        told = json.loads((tmp_path / "out.json").read_text())
        assert told["incidents"] == []
        assert {seen["track_id"] for seen in told["observations"]} == {1}

    @pytest.mark.parametrize(("clip", "faces"), [("group-pause.mp4", 3), ("two-heads.mp4", 2)])
    def test_calm_faces_are_no_incident(self, tmp_path: Path, clip: str, faces: int) -> None:
        run("analyse", shared_media(clip), "--json", tmp_path / "out.json")
        told = json.loads((tmp_path / "out.json").read_text())
        assert told["incidents"] == []
        assert len({seen["track_id"] for seen in told["observations"]}) == faces


@pytest.mark.slow
def test_the_bench_takes_every_frame_through_every_stage(clip: Path) -> None:
    from webapp.cli.bench.pipeline import time_pipeline
    from webapp.settings import load_settings

    timing = time_pipeline("ours", clip, load_settings().model_dir)
    assert timing.frames == 60
    assert timing.faces >= 55
    assert set(timing.stage_ms) == {"wait for the decoder", "detect, classify, track, decide", "annotate", "JPEG"}
