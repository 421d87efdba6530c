import pytest
from click.testing import CliRunner

from webapp.cli.main import main
from webapp.cli.processes.installation import open_installation
from webapp.cli.processes.locks import only_one
from webapp.settings import load_settings


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("AMENDS_RUNTIME_DIR", str(tmp_path / "slots"))
    return lambda *arguments: CliRunner().invoke(main, arguments)


def test_a_backup_is_made_listed_and_put_back(run):
    run("user", "add", "Dana", "--role", "staff")
    made = run("backup", "make").output.strip()
    assert made.rsplit("/", 1)[-1] in run("backup", "list").output
    run("user", "add", "Eve", "--role", "staff")
    restored = run("backup", "restore", made, "--yes")
    assert restored.exit_code == 0, restored.output
    assert "Restored." in restored.output
    listed = run("user", "list").output
    assert "Dana" in listed
    assert "Eve" not in listed
    trail = open_installation().audit
    from webapp.domain.people.audit import AuditFilter

    assert trail.search(AuditFilter(text="backup restored")).total == 1


@pytest.mark.parametrize("part", ["serve", "web", "vision", "housekeeping"])
def test_nothing_is_put_back_while_amends_runs(run, part):
    made = run("backup", "make").output.strip()
    with only_one(load_settings(), part):
        answer = run("backup", "restore", made, "--yes")
    assert answer.exit_code == 2
    assert f"Amends ({part}) is already running" in answer.output


def test_a_damaged_backup_is_one_clear_line(run, tmp_path):
    (tmp_path / "broken.tar.gz").write_bytes(b"\x1f\x8bnothing")
    answer = run("backup", "restore", str(tmp_path / "broken.tar.gz"), "--yes")
    assert answer.exit_code == 2
    assert "Expected a backup of Amends" in answer.output
