"""`data collect` and `data explore`: from a camera, a video and photos to faces that training reads."""

import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from model.data.loading import load_faces
from model.labels import EMOTIONS
from tests.servers import free_port, http_server
from tests.support.needs import shared_media
from tests.support.videos import demo_pictures, write_video
from tests.unit.model.data.synthetic_fer2013 import write_fer2013
from webapp.cli.main import main


def run(*arguments: str | Path, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["data", *map(str, arguments)], input=text)


def collect(source: str | Path, out: Path, *more: str, emotion: str = "happy", text: str | None = None) -> Result:
    done = run("collect", "--source", source, "--emotion", emotion, "--out", out, *more, text=text)
    assert done.exit_code == 0, done.output
    return done


def one_line_of(done: Result) -> str:
    assert done.exit_code == 2, done.output
    assert isinstance(done.exception, SystemExit)
    lines = [line for line in done.stderr.splitlines() if line.startswith("Error:")]
    assert len(lines) == 1
    return lines[0]


def names_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.png")}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("clip") / "clip.mp4", demo_pictures(60))


def write_photos(folder: Path, count: int, *, mirrored: bool = False) -> None:
    """Write photos of one person; mirrored it looks like another one."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(demo_pictures(count)):
        cv2.imwrite(str(folder / f"{number}.jpg"), picture[:, ::-1] if mirrored else picture)
        os.utime(folder / f"{number}.jpg", (1_000_000 + number, 1_000_000 + number))


def test_a_video_becomes_faces_that_training_reads(clip: Path, tmp_path: Path) -> None:
    done = collect(clip, tmp_path / "mine", "--person", "Kim")

    faces = load_faces(tmp_path / "mine", "Training")
    assert faces.faces_gray.shape[1:] == (48, 48)
    assert {EMOTIONS[label] for label in faces.labels} == {"happy"}
    assert 1 <= len(faces) < 8
    assert f"8 pictures: {len(faces)} happy faces added ({len(faces)} for train, 0 for test)" in done.stdout
    assert "near-identical" in done.stdout
    assert all(name.startswith("train/happy/kim-") for name in names_below(tmp_path / "mine"))


def test_the_second_person_goes_to_test_and_a_second_run_adds_nothing_twice(clip: Path, tmp_path: Path) -> None:
    write_photos(tmp_path / "photos" / "kim", 2)
    write_photos(tmp_path / "photos" / "lee", 2, mirrored=True)

    collect(tmp_path / "photos", tmp_path / "mine")
    first = names_below(tmp_path / "mine")
    again = collect(tmp_path / "photos", tmp_path / "mine")

    assert {(name.split("/")[0], Path(name).stem.split("-")[0]) for name in first} == {
        ("train", "kim"),
        ("test", "lee"),
    }
    assert names_below(tmp_path / "mine") == first
    assert "0 happy faces added" in again.stdout


def test_a_long_unnamed_video_gives_both_splits_and_a_pause_between_them(tmp_path: Path) -> None:
    # Mirrored for a while, so that faces come at all times that are not near-identical to one before.
    pictures = [picture[:, ::-1] if 70 <= n < 110 else picture for n, picture in enumerate(demo_pictures(140))]
    slow = write_video(tmp_path / "slow.mp4", [picture.copy() for picture in pictures], fps=1)

    collect(slow, tmp_path / "mine", "--every", "3")

    sessions = json.loads((tmp_path / "mine" / "collection.json").read_text())["occasions"]
    assert [session["split"] for session in sessions][:2] == ["train", "test"]
    assert sessions[0]["ended_at"] < sessions[1]["begun_at"]


def test_the_demo_camera_is_looked_at_for_as_long_as_wanted(tmp_path: Path) -> None:
    collect("demo", tmp_path / "mine", "--seconds", "1", "--every", "0.25")

    record = json.loads((tmp_path / "mine" / "collection.json").read_text())
    assert record["occasions"][0]["source"] == "demo:"
    assert record["occasions"][0]["cropping"]["crop_margin"] == 0.1


def test_a_cameras_password_reaches_neither_files_nor_output(clip: Path, tmp_path: Path) -> None:
    with http_server({"/s3cret/a.mp4?password=s3cret": ("video/mp4", clip.read_bytes())}) as root:
        source = f"{root.replace('://', '://viewer:s3cret@')}/s3cret/a.mp4?password=s3cret"
        done = collect(source, tmp_path / "mine", "--seconds", "1")

    assert names_below(tmp_path / "mine")
    written = [*names_below(tmp_path / "mine"), (tmp_path / "mine" / "collection.json").read_text(), done.output]
    assert not any("s3cret" in text for text in written)
    assert json.loads((tmp_path / "mine" / "collection.json").read_text())["occasions"][0]["source"] == root


def test_photos_that_cannot_be_read_are_told_and_passed_over(tmp_path: Path) -> None:
    write_photos(tmp_path / "photos", 1)
    (tmp_path / "photos" / "broken.jpg").write_text("no picture")

    done = collect(tmp_path / "photos", tmp_path / "mine")

    assert "broken.jpg' is not a picture" in done.stderr
    assert "1 pictures: 1 happy faces added" in done.stdout


def test_bad_input_is_one_clear_line_and_exit_code_2(clip: Path, tmp_path: Path) -> None:
    def refused(source: str | Path, *more: str) -> str:
        return one_line_of(run("collect", "--source", source, "--emotion", "sad", "--out", tmp_path / "new", *more))

    text = tmp_path / "text.mp4"
    text.write_text("no video")
    assert "There is no file or folder 'none.mp4'" in refused("none.mp4")
    assert "cannot be decoded" in refused(text)
    assert "Unknown kind of camera address" in refused("ftp://192.0.2.1/a")
    assert "Nothing listens" in refused(f"http://127.0.0.1:{free_port()}/a.mp4")
    assert "letter or a digit" in refused(clip, "--person", "...")
    assert "'bored' is not one of" in one_line_of(
        run("collect", "--source", clip, "--emotion", "bored", "--out", tmp_path / "new")
    )
    assert not (tmp_path / "new").exists()
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a.txt").touch()
    assert "is no collection" in refused(clip)


def test_a_data_set_is_explored(tmp_path: Path) -> None:
    write_fer2013(tmp_path / "set", {"Training": 2, "PublicTest": 1})
    with (tmp_path / "set" / "fer2013.csv").open("a") as file:
        file.writelines(["0,1 2,Training\n"] * 30)
    (tmp_path / "set" / "fer2013new.csv").unlink()

    done = run("explore", tmp_path / "set", "--out", tmp_path / "out")

    assert done.exit_code == 0, done.output
    assert "Training: 14 faces" in done.stdout
    assert "in Training and PublicTest: 7 faces exactly, 0 nearly" in done.stdout
    assert "skipped line 23: pixels: expected 2304, came 2" in done.stderr
    assert "skipped 10 more" in done.stderr
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".png", ".html"}


def test_a_folder_without_data_cannot_be_explored(tmp_path: Path) -> None:
    assert "expected fer2013.csv" in one_line_of(run("explore", tmp_path))


@pytest.mark.shared
@pytest.mark.slow
def test_one_lively_face_gives_different_faces_and_a_still_one_few(tmp_path: Path) -> None:
    collect(shared_media("expressions-one-face.mp4"), tmp_path / "lively", "--person", "kim")
    collect(shared_media("episode-angry.mp4"), tmp_path / "still", "--start", "5", "--seconds", "4", emotion="angry")

    assert len(load_faces(tmp_path / "lively", "Training")) >= 15
    still = load_faces(tmp_path / "still", "Training")
    assert 1 <= len(still) <= 3
    assert np.unique(still.labels).tolist() == [EMOTIONS.index("angry")]


@pytest.mark.slow
def test_the_augmentation_of_a_configuration_is_shown(tmp_path: Path) -> None:
    write_fer2013(tmp_path, {"Training": 1})

    done = run("preview", "compact_resnet", "--data", tmp_path, "--out", tmp_path / "a.png", "--changes", "2")

    assert done.exit_code == 0, done.output
    assert cv2.imread(str(tmp_path / "a.png")) is not None
    assert "ends in .png" in run("preview", "compact_resnet", "--data", tmp_path, "--out", tmp_path / "a.gif").output
