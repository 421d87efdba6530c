"""`evaluate-alerts`: people before a made-up camera, through the real detector and the smallest delivered network."""

import json
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from model.artefacts import WEIGHTS_DIR, ArtefactManifest
from tests.support.videos import demo_pictures, write_video
from webapp.cli.main import main
from webapp.cli.offline.simulated_people import still_people
from webapp.domain.vision.frames import ImageGray

FACE = (slice(30, 250), slice(330, 550))  # Of the demo camera's portrait, at full size.
SHORT = ("--visit-s", "3", "--pause-s", "1.3", "--face-px", "120", "160", "--workers", "1", "--damage", "jpeg")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["evaluate-alerts", *map(str, arguments)])


def portrait(second: float) -> ImageGray:
    """Return the demo camera's face, which scowls from second 12 on for some seconds."""
    (picture,) = demo_pictures(1, width_px=960, first=round(second * 15))
    return np.asarray(cv2.resize(cv2.cvtColor(picture[FACE], cv2.COLOR_BGR2GRAY), (96, 96)), np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return pictures of one person, two scowling and three calm."""
    root = tmp_path_factory.mktemp("people")
    for emotion, seconds in (("angry", (14.0, 15.0)), ("neutral", (2.0, 5.0, 8.0))):
        (root / "valid" / emotion).mkdir(parents=True)
        for number, second in enumerate(seconds):
            cv2.imwrite(str(root / "valid" / emotion / f"{number}.png"), portrait(second))
    return root


@pytest.fixture
def artefact(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WEIGHTS_DIR / "compact_resnet", tmp_path / "compact"))


def test_who_scowls_raises_an_alert_and_who_is_calm_does_not(folder: Path, artefact: Path, tmp_path: Path) -> None:
    done = run("--data", folder, "--weights", artefact, "--json", tmp_path / "out.json", "--plot", tmp_path / "out.png",
               *SHORT)  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "of 100 people whom most viewers would call angry" in done.output
    figures: dict[str, Any] = json.loads((tmp_path / "out.json").read_text())
    assert (figures["angry"]["people"], figures["angry"]["alerted"]) == (2, 2)
    assert (figures["others"]["people"], figures["others"]["alerted"]) == (3, 0)
    assert figures["alerts_per_alerted_person"] == 1
    assert 0 <= figures["delay_beyond_dwell_s"]["median"] < 1
    assert cv2.imread(str(tmp_path / "out.png")) is not None


def test_a_chosen_policy_goes_into_the_manifest_with_what_it_was_measured_on(folder: Path, artefact: Path) -> None:
    done = run("--data", folder, "--weights", artefact, "--choose", "--recall", "1", "--write", *SHORT)
    assert done.exit_code == 0, done.output
    policy = ArtefactManifest.read(artefact).alert_policy
    assert policy["emotions"] == ["angry", "disgust"]
    assert 0 < policy["exit"] < policy["enter"] < 1
    assert policy["measured"]["angry"]["share"] == 1
    assert policy["measured"]["source"] == f"{folder.name}, PublicTest"
    again = run("--data", folder, "--weights", artefact, "--json", "-", *SHORT)
    assert json.loads(again.stdout)["rule"]["enter_threshold"] == policy["enter"]
    assert json.loads(again.stdout)["angry"] == policy["measured"]["angry"]


def test_a_real_video_is_measured_on_a_list_of_who_is_seen_when(artefact: Path, tmp_path: Path) -> None:
    video = write_video(tmp_path / "visit.mp4", demo_pictures(165, width_px=640, first=120))  # Scowls from 4 s on.
    (tmp_path / "visit.csv").write_text("start_s,end_s,emotion\n0,4,neutral\n4.5,11,angry\n")
    done = run("--video", video, "--episodes", tmp_path / "visit.csv", "--weights", artefact, "--json", "-")
    figures = json.loads(done.stdout)
    assert (figures["angry"]["alerted"], figures["others"]["alerted"]) == (1, 0)


def test_a_sample_holds_a_third_of_angry_people_and_is_drawn_by_its_seed(folder: Path) -> None:
    from model.data.loading import load_faces

    faces = load_faces(folder, "PublicTest")
    people = still_people(faces, 3, seed=1)
    assert sorted(person.emotion or "" for person in people) == ["angry", "neutral", "neutral"]
    assert [person.name for person in people] == [person.name for person in still_people(faces, 3, seed=1)]
    assert len(still_people(faces, 0, seed=1)) == 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "either --data, or --video"),
        (("--data", ".", "--video", "visit.mp4"), "either --data, or --video"),
        (("--video", "visit.mp4"), "either --data, or --video"),
        (("--data", ".", "--write"), "--write with --choose"),
        (("--data", ".", "--choose", "--enter", "0.9", "--write"), "without --enter"),
        (
            ("--video", "visit.mp4", "--episodes", "visit.csv", "--choose", "--write"),
            "--write with --choose and --data",
        ),
    ],
)
def test_what_cannot_be_measured_is_one_clear_line(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert said in done.output
