import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from model.artefacts import DEFAULT_ARTEFACT_DIR
from model.cli import commands
from tests.unit.model.data.synthetic_fer2013 import write_fer2013
from webapp.cli.main import COMMANDS as ATTACHED

# Keras, on NumPy 2, warns of its own deprecations.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

COMMANDS = {command.name: command for command in commands}


def test_every_command_shows_an_example() -> None:
    assert set(COMMANDS) >= {"train", "crossval", "experiments", "evaluate", "export"}
    for command in commands:
        assert "run.py " in (command.help or "")


def test_every_command_is_attached_to_run_py() -> None:
    assert set(COMMANDS) <= set(ATTACHED)


def test_cross_validation_ends_with_mean_and_deviation(tmp_path: Path) -> None:
    data_dir = write_fer2013(tmp_path / "faces", {"Training": 8}, votes=False)
    arguments = [
        "happy_sad_a",
        "--data",
        str(data_dir),
        "--folds",
        "2",
        "--epochs",
        "1",
        "--out",
        str(tmp_path / "out"),
    ]

    answer = CliRunner().invoke(COMMANDS["crossval"], arguments)

    assert answer.exit_code == 0, answer.output
    assert "16 faces, 2 folds, 1 time" in answer.stdout
    assert re.search(r"accuracy +0\.\d{4} ± 0\.\d{4}", answer.stdout)


def test_the_runs_of_a_folder_are_compared(tmp_path: Path) -> None:
    data_dir = write_fer2013(tmp_path / "faces", {"Training": 4, "PublicTest": 2}, votes=False)
    arguments = ["happy_sad_a", "--data", str(data_dir), "--epochs", "1", "--out", str(tmp_path / "runs" / "mine")]
    trained = CliRunner().invoke(COMMANDS["train"], arguments)

    answer = CliRunner().invoke(
        COMMANDS["experiments"], [str(tmp_path / "runs"), "--format", "json", "--curves", str(tmp_path / "curves.svg")]
    )

    assert trained.exit_code == 0, trained.output
    assert "1 epochs, PublicTest accuracy" in trained.stdout
    assert [row["name"] for row in json.loads(answer.stdout)] == ["happy_sad_a"]
    assert "<svg" in (tmp_path / "curves.svg").read_text()


def test_an_unknown_start_is_refused(tmp_path: Path) -> None:
    data_dir = write_fer2013(tmp_path / "faces", {"Training": 4, "PublicTest": 2}, votes=False)

    answer = CliRunner().invoke(
        COMMANDS["train"], ["happy_sad_a", "--data", str(data_dir), "--out", str(tmp_path / "run"), "--init", "imagnet"]
    )

    assert answer.exit_code == 2
    assert "expected none, imagenet or a file of weights, came 'imagnet'" in answer.output
    assert not (tmp_path / "run").exists()


def test_bad_input_is_one_clear_line_and_exit_code_2(tmp_path: Path) -> None:
    answer = CliRunner().invoke(COMMANDS["evaluate"], ["--data", str(tmp_path)])

    assert answer.exit_code == 2
    assert answer.output.splitlines()[-1].startswith("Error: ")
    assert "expected fer2013.csv" in answer.output


def test_evaluating_names_the_rows_that_it_skipped(tmp_path: Path) -> None:
    write_fer2013(tmp_path, {"PublicTest": 1}, votes=False)
    with (tmp_path / "fer2013.csv").open("a") as file:
        file.write("0,1 2 3,PublicTest\n")

    answer = CliRunner().invoke(COMMANDS["evaluate"], ["--data", str(tmp_path)])

    assert answer.exit_code == 0, answer.output
    assert "skipped line 9: pixels: expected 2304, came 3" in answer.stderr
    assert f"{DEFAULT_ARTEFACT_DIR.name} on PublicTest, 7 faces" in answer.stdout
