import os

import pytest
from click.testing import CliRunner

from webapp.cli.main import main
from webapp.cli.processes.installation import open_installation
from webapp.cli.processes.locks import only_one
from webapp.services.cameras.camera_settings import CameraForm
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
    assert answer.exit_code == os.EX_TEMPFAIL
    assert f"Amends ({part}) is already running" in answer.output


def test_a_damaged_backup_is_one_clear_line(run, tmp_path):
    (tmp_path / "broken.tar.gz").write_bytes(b"\x1f\x8bnothing")
    answer = run("backup", "restore", str(tmp_path / "broken.tar.gz"), "--yes")
    assert answer.exit_code == 2
    assert "Expected a backup of Amends" in answer.output


@pytest.mark.security
def test_an_encrypted_backup_is_put_back_on_another_machine_with_its_passphrase_alone(run, tmp_path, monkeypatch):
    (tmp_path / "passphrase").write_text("seven plain words of our own\n")
    monkeypatch.setenv("AMENDS_BACKUP_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    run("user", "add", "Dana", "--role", "staff")
    made = run("backup", "make").output.strip()
    assert "encrypted" in run("backup", "list").output

    monkeypatch.delenv("AMENDS_BACKUP_PASSPHRASE_FILE")
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "elsewhere"))
    (tmp_path / "other").write_text("another passphrase\n")
    wrong = run("backup", "restore", made, "--yes", "--passphrase-file", str(tmp_path / "other"))
    assert wrong.exit_code == 2
    assert "does not open this backup" in wrong.output
    assert "Dana" not in run("user", "list").output
    right = CliRunner().invoke(main, ["backup", "restore", made, "--yes"], input="seven plain words of our own\n")
    assert right.exit_code == 0, right.output
    assert "seven plain words" not in right.output
    assert "Dana" in run("user", "list").output


@pytest.mark.security
def test_a_reduced_backup_of_another_machine_says_what_is_missing(run, tmp_path, monkeypatch):
    open_installation().cameras.add(CameraForm("Door", "rtsp://192.0.2.1/s", username="u", password="hush-hush"))
    made = run("backup", "make").output.strip()
    assert made.endswith(".reduced.tar.gz")
    here = run("backup", "restore", made, "--yes")
    assert "those of this machine stayed" in here.output
    assert "passwords" not in here.output

    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "elsewhere"))
    refused = run("backup", "restore", made, "--yes")
    assert refused.exit_code == 2
    assert "add --trust" in refused.output
    there = run("backup", "restore", made, "--yes", "--trust")
    assert there.exit_code == 0, there.output
    assert "Enter the passwords of these cameras again, their key is not here: Door." in there.output


@pytest.mark.parametrize("kind", ["reduced", "clear"])
def test_other_kinds_are_made_on_demand(run, kind):
    assert run("backup", "make", "--kind", kind).exit_code == 0
    assert f"  {kind}  " in run("backup", "list").output
