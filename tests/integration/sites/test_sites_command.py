"""The sites of a central instance from the command line: `run.py sites`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webapp.cli.main import main
from webapp.cli.processes.installation import open_installation
from webapp.cli.processes.parts.sites import site_use_cases

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "var"))
    return lambda *arguments: CliRunner().invoke(main, arguments)


def test_a_site_is_registered_listed_and_revoked(run: Run) -> None:
    added = run("sites", "add", "Lind", "--pictures").output
    token = added.split("AMENDS_CENTRAL_TOKEN=")[1].strip()
    intake = site_use_cases(open_installation()).intake
    assert intake.find(token).takes_pictures
    listed = run("sites", "list").output
    assert "Lind" in listed
    assert "waiting" in listed
    assert token not in listed
    assert run("sites", "revoke", "lind").exit_code == 0
    assert intake.find(token) is None
    assert "revoked" in run("sites", "list").output


def test_what_is_not_there_is_said_in_one_line(run: Run) -> None:
    answer = run("sites", "revoke", "Nowhere")
    assert (answer.exit_code, answer.output) == (2, "Error: There is no site 'Nowhere'.\n")
    run("sites", "add", "Lind")
    assert run("sites", "add", "LIND").exit_code == 2
