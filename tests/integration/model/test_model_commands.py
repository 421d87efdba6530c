from pathlib import Path

from click.testing import CliRunner

from model.cli import commands
from tests.unit.model.synthetic_fer2013 import write_fer2013

COMMANDS = {command.name: command for command in commands}


def test_every_command_shows_an_example() -> None:
    assert set(COMMANDS) == {"train", "evaluate", "export"}
    for command in commands:
        assert "run.py " in (command.help or "")


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
    assert "compact_resnet on PublicTest, 7 faces" in answer.stdout
