"""`predict` with several pictures: answers as they come, the broken one named, memory flat, an exit code that tells."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from model.artefacts import ArtefactManifest
from tests.fakes.vision import ANGRY, FakeEmotionClassifier
from tests.support.videos import demo_jpegs
from webapp.cli.main import main
from webapp.cli.offline import predict as predict_module
from webapp.settings import REPOSITORY_DIR

RUN = (sys.executable, str(REPOSITORY_DIR / "run.py"))


@pytest.fixture(autouse=True)
def classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeEmotionClassifier(ANGRY)
    fake.manifest = ArtefactManifest("fake", "none", 0, 48, "", thresholds={"angry": {"enter": 0.5, "exit": 0.3}})
    monkeypatch.setattr(predict_module, "load_classifier", lambda _settings: fake)


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, Path]:
    good = demo_jpegs(1)[0]
    contents = {
        "a.jpg": good,
        "cut.jpg": good[: len(good) // 2],
        "text.jpg": b"no picture",
        "b.jpg": good,
        "empty": b"",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in (*contents, "none.jpg")}


def predict(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["predict", *map(str, arguments)])


def test_the_others_are_answered_and_the_broken_ones_named(pictures: dict[str, Path]) -> None:
    done = predict(*pictures.values())

    assert [line.partition(": ")[2] for line in done.stdout.splitlines() if ":" in line] == ["1 face", "1 face"]
    said = done.stderr.splitlines()
    for name, reason in (("cut.jpg", "damaged"), ("text.jpg", "not a picture"), ("empty", "empty"), ("none.jpg", "")):
        assert sum(str(pictures[name]) in line and reason in line for line in said) == 1
    assert said[-1] == "Error: 4 of 6 pictures could not be answered."
    assert done.exit_code == 2


def test_json_has_one_object_for_each_in_their_order(pictures: dict[str, Path]) -> None:
    done = predict("--json", *pictures.values())

    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["image"] for one in objects] == [str(path) for path in pictures.values()]
    assert ["error" in one for one in objects] == [False, True, True, False, True, True]
    assert all(("faces" in one) != ("error" in one) for one in objects)
    assert done.exit_code == 2


def test_all_good_is_exit_code_0(pictures: dict[str, Path]) -> None:
    assert predict(pictures["a.jpg"], pictures["b.jpg"]).exit_code == 0


def test_the_good_ones_are_marked_beside_a_broken_one(pictures: dict[str, Path], tmp_path: Path) -> None:
    done = predict(pictures["cut.jpg"], pictures["a.jpg"], pictures["b.jpg"], "--annotate", tmp_path / "marked")

    assert done.exit_code == 2
    assert {path.name for path in (tmp_path / "marked").iterdir()} == {"a-faces.jpg", "b-faces.jpg"}


def test_an_address_that_is_none_holds_up_no_other_and_shows_no_password(pictures: dict[str, Path]) -> None:
    done = predict("http://user:s3cret@:notaport/", pictures["a.jpg"], "http://", "--json")

    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert ["faces" in one for one in objects] == [False, True, False]
    assert "s3cret" not in done.output
    assert done.exit_code == 2


def test_a_name_in_an_older_spelling_is_written_somehow(pictures: dict[str, Path], tmp_path: Path) -> None:
    old = os.fsdecode(os.fsencode(tmp_path) + b"/gr\xfcn.jpg")
    Path(old).write_bytes(pictures["a.jpg"].read_bytes())
    done = predict(old)
    assert done.exit_code == 0, done.output
    assert "1 face" in done.stdout


def test_a_pipe_is_no_picture_to_wait_for(tmp_path: Path, pictures: dict[str, Path]) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = predict(tmp_path / "pipe", pictures["a.jpg"])
    assert "it is no file" in done.stderr
    assert "1 face" in done.stdout


def test_an_answer_is_out_before_the_next_picture_is_there(pictures: dict[str, Path], tmp_path: Path) -> None:
    """The second picture is an address that answers nothing until the first answer was read."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/slow.jpg"
        command = [*RUN, "predict", str(pictures["a.jpg"]), address]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert str(pictures["a.jpg"]) in process.stdout.readline()
            server.close()
            process.communicate(timeout=60)
    assert process.returncode == 2


def peak_mib(*pictures: Path) -> int:
    """Return the most memory that `predict` takes of these pictures."""
    process = subprocess.Popen(
        [*RUN, "predict", *map(str, pictures)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    assert process.returncode == 0
    return usage.ru_maxrss // 1024


def test_memory_does_not_grow_with_the_number_of_pictures(tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    cv2.imwrite(str(large), np.full((3000, 4000, 3), 90, np.uint8))
    copies = [tmp_path / f"{number}.jpg" for number in range(8)]
    for copy in copies:
        os.link(large, copy)

    assert peak_mib(*copies) < peak_mib(large) + 2 * 36, "a picture of 12 million pixels takes 36 MiB"
