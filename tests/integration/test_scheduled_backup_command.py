import pytest
from click.testing import CliRunner

from webapp.cli.doctor.file_checks import check_schedule
from webapp.cli.main import main
from webapp.cli.processes.installation import open_installation
from webapp.settings import load_settings


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("AMENDS_RUNTIME_DIR", str(tmp_path / "slots"))
    return lambda *arguments: CliRunner().invoke(main, arguments)


def found() -> str:
    return " ".join(finding.as_line() for finding in check_schedule(load_settings()))


def test_a_schedule_is_set_and_printed_and_the_doctor_knows_it(run):
    assert run("backup", "schedule").output.startswith("off, none is planned")
    assert "note" in found()
    assert run("backup", "schedule", "--daily", "03:30", "--keep", "5").output.startswith("daily, next ")
    assert "5 are kept" in run("backup", "schedule").output
    assert "Backups are made daily; last: never." in found()
    weekly = run("backup", "schedule", "--weekly", "22:00", "--day", "Sunday")
    assert weekly.output.startswith("weekly, next ")
    assert "5 are kept" in weekly.output
    assert run("backup", "schedule", "--off").output.startswith("off")


def test_a_wrong_time_is_one_clear_line(run):
    answer = run("backup", "schedule", "--daily", "3 o'clock")
    assert answer.exit_code == 2
    assert "Expected a time of day such as 03:30." in answer.output


def test_the_doctor_says_what_failed(run):
    run("backup", "schedule", "--daily", "03:30")
    service = open_installation().backup_schedule
    failed = service.state().tried_in_vain(service.clock.now(), "The disk is full.")
    service._keep(failed)
    assert "error" in found()
    assert "failed 1 times: The disk is full." in found()
    assert "last failed" in run("backup", "schedule").output
