"""What is broken for real is found and said, with what to do; nothing is changed, and no secret is shown."""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner

from model.artefacts import MODEL_FILE, WEIGHTS_DIR
from tests.servers import free_port
from tests.support.site.records import put_on_record
from webapp.cli.doctor import database_checks, file_checks, machine_checks, model_checks, running_checks
from webapp.cli.doctor.findings import Finding, Level
from webapp.cli.main import main
from webapp.domain.cameras.cameras import CameraState, StateReason
from webapp.domain.events import Event, EventKind
from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.processes.safe_page import SafeModeCause, SafeModeKind, SafePage
from webapp.runtime.processes.status_files import (
    ChildProcessReport,
    write_model_problem,
    write_model_use,
    write_reports,
)
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.model.model_problem import ModelFault, ModelProblem
from webapp.services.model.model_use import GPUState, ModelUse
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.vision.faces.blazeface import FULL_RANGE, VENDOR_DIR

SECRET = "hush-hush-hush"


@pytest.fixture
def installed(settings: Settings, use_cases: UseCases) -> Settings:
    """An installation that has a camera and is not running."""
    use_cases.cameras.add(CameraForm("Bar", "rtsp://192.0.2.1/s", username="viewer", password=SECRET))
    put_on_record(use_cases)
    settings.slots_dir.mkdir(parents=True, mode=0o700)
    settings.data_dir.chmod(0o700)
    for path in settings.data_dir.iterdir():
        path.chmod(0o600)
    use_cases.adapters.unit_of_work.engine.dispose()
    return settings


def worst(findings: Iterable[Finding], words: str = "") -> Level:
    found = [one for one in findings if words in one.as_line()]
    assert found, words
    return max((one.level for one in found), key=list(Level).index)


def damage(path: Path, at: int, count: int = 2000) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * count)


def test_a_sound_installation_is_well(installed: Settings):
    for check in (file_checks.check_folder, machine_checks.check_storage, database_checks.check_database):
        assert worst(check(installed)) is Level.OK


FOLDER, KEYS, BACKUPS = file_checks.check_folder, file_checks.check_keys, file_checks.check_backups
DATABASE, DB = database_checks.check_database, "amends.sqlite3"


@pytest.mark.parametrize(
    ("check", "broken", "level", "words"),
    [
        (FOLDER, lambda folder: (folder / DB).chmod(0o644), "warning", "chmod -R go-rwx"),
        (KEYS, lambda folder: (folder / "credentials.key").unlink(), "error", "credentials.key is missing"),
        (KEYS, lambda folder: (folder / "credentials.key").write_bytes(b""), "error", "is empty"),
        (DATABASE, lambda folder: (folder / DB).write_bytes(b"no database" * 99), "error", "not a database"),
        (DATABASE, lambda folder: damage(folder / DB, 8192, 60_000), "error", "backup restore"),
        (DATABASE, lambda folder: _execute(folder, "UPDATE alembic_version SET version_num='9999'"), "error", "newer"),
        (DATABASE, lambda folder: _execute(folder, "UPDATE alembic_version SET version_num='0012'"), "note", "next"),
        (DATABASE, lambda folder: _execute(folder, "INSERT INTO looks VALUES (77, 1, '2026-03-02')"), "error", "gone"),
        (DATABASE, lambda folder: (folder / DB).unlink(), "note", "first start"),
        (BACKUPS, lambda folder: None, "warning", "There is none"),
        (BACKUPS, lambda folder: _backup(folder, days=20), "warning", "20 days old"),
        (BACKUPS, lambda folder: _backup(folder, days=1, body=b"cut"), "error", "cannot be read"),
        (BACKUPS, lambda folder: _backup(folder, days=1), "ok", "begins as one does"),
    ],
)
def test_what_is_broken_in_the_data_folder_is_said(
    installed: Settings,
    check: Callable[[Settings], Iterable[Finding]],
    broken: Callable[[Path], object],
    level: str,
    words: str,
):
    broken(installed.data_dir)
    assert worst(check(installed), words) == level


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_a_file_of_another_user_is_said(installed: Settings):
    os.chown(installed.data_dir / "amends.sqlite3", 12345, 12345)
    assert worst(file_checks.check_folder(installed), "chown -R 0") is Level.ERROR


def test_a_full_disk_is_said(installed: Settings, monkeypatch):
    monkeypatch.setattr(machine_checks, "LEAST_FREE_BYTES", 2**60)
    assert worst(machine_checks.check_storage(installed), "Delete old backups") is Level.ERROR


def test_too_few_open_files_are_said():
    code = "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (256, 256))\n"
    code += "from webapp.cli.doctor.machine_checks import check_kernel; print(*(f.as_line() for f in check_kernel()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "LimitNOFILE" in done.stdout


def test_a_clock_that_went_back_is_said(installed: Settings, use_cases: UseCases):
    assert worst(machine_checks.check_clock(database_checks.newest_event_s(installed))) in (Level.OK, Level.NOTE)
    with use_cases.adapters.unit_of_work() as work:
        work.events.append(Event(EventKind.CAMERA_ADDED, datetime.now(UTC) + timedelta(hours=5)))
        work.commit()
    assert worst(machine_checks.check_clock(database_checks.newest_event_s(installed)), "ahead") is Level.ERROR


def test_the_database_is_looked_at_while_another_process_writes_and_nothing_is_left_behind(installed: Settings):
    path = installed.data_dir / "amends.sqlite3"
    with sqlite3.connect(path, isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        began_s = time.monotonic()
        assert worst(database_checks.check_database(installed)) is Level.OK
        assert time.monotonic() - began_s < 2
        writer.execute("ROLLBACK")
    writer.close()
    before = sorted(installed.data_dir.rglob("*")), path.stat().st_mtime_ns
    list(database_checks.check_database(installed))
    assert (sorted(installed.data_dir.rglob("*")), path.stat().st_mtime_ns) == before


def test_a_model_that_is_damaged_or_missing_is_said_and_one_that_is_well_too(installed: Settings, tmp_path: Path):
    folder = tmp_path / "model"
    settings = replaced(installed, model_dir=folder)
    assert worst(model_checks.check_model(settings), "AMENDS_MODEL_DIR") is Level.ERROR
    shutil.copytree(WEIGHTS_DIR / "compact_resnet", folder)
    assert worst(model_checks.check_model(settings), "loads") is Level.OK
    damage(folder / MODEL_FILE, 100)
    write_model_problem(settings.slots_dir, ModelProblem(ModelFault.DAMAGED, "SHA-256"))
    assert worst(model_checks.check_model(settings), "SHA-256") is Level.ERROR
    assert worst(model_checks.check_model(settings), "analyses nobody") is Level.ERROR


def test_a_detector_whose_weights_are_damaged_or_missing_is_said_with_what_to_do(installed: Settings, tmp_path: Path):
    shutil.copytree(VENDOR_DIR, tmp_path / "vendor")
    damage(tmp_path / "vendor" / FULL_RANGE.file_name, 100)
    (finding,) = model_checks.check_detector(installed, tmp_path / "vendor")
    assert (finding.level, finding.check) == (Level.ERROR, "detector")
    assert "SHA-256" in finding.found
    assert "make setup" in finding.advice
    spare = model_checks.check_detector(replaced(installed, detector="haar"), tmp_path)
    assert worst(spare, "expected face_detection_full_range.tflite") is Level.WARNING


def test_a_gpu_that_is_wanted_and_not_used_is_said_with_the_reason(installed: Settings):
    states = {"one": GPUState.USED, "two": GPUState.DIFFERENT}
    write_model_use(installed.slots_dir, ModelUse(threads=1, gpu=states))
    (found,) = [one for one in model_checks.check_model(installed) if "gpu" in one.found]
    assert (found.level, "two (different)" in found.found, "one" in found.found) == (Level.NOTE, True, False)
    write_model_use(installed.slots_dir, ModelUse(threads=1, gpu={"one": GPUState.USED}))
    assert not [one for one in model_checks.check_model(installed) if "gpu" in one.found]


def replaced(settings: Settings, **fields: object) -> Settings:
    return settings.model_copy(update=fields)


def test_a_process_that_is_not_at_work_is_said(installed: Settings):
    assert worst(running_checks.check_processes(installed), "not running") is Level.NOTE
    Heartbeat(installed.slots_dir, "web").beat()
    write_reports(installed.slots_dir, [ChildProcessReport("web", os.getpid(), 0), ChildProcessReport("vision", 0, 7)])
    assert worst(running_checks.check_processes(installed), "vision is not at work (restarted 7 times)") is Level.ERROR
    assert worst(running_checks.check_processes(installed), "web is at work") is Level.OK
    a_minute_ago_s = time.monotonic() - 60
    os.utime(installed.slots_dir / "web.alive", (a_minute_ago_s, a_minute_ago_s))
    assert worst(running_checks.check_processes(installed), "web is not at work") is Level.ERROR


def test_what_answers_at_the_address_is_said(installed: Settings):
    settings = replaced(installed, port=free_port())
    assert worst(running_checks.check_address(settings), "Nothing answers") is Level.NOTE
    write_reports(installed.slots_dir, [])
    assert worst(running_checks.check_address(settings), "Nothing answers") is Level.ERROR
    with SafePage("127.0.0.1", settings.port, SafeModeCause(SafeModeKind.DATABASE, "damaged")):
        assert worst(running_checks.check_address(settings), "cannot start (database)") is Level.ERROR
    server = HTTPServer(("127.0.0.1", settings.port), Well)
    Thread(target=server.handle_request, daemon=True).start()
    assert worst(running_checks.check_address(settings), "answers") is Level.OK
    server.server_close()


class Well(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


def test_a_camera_that_is_offline_is_said_with_its_reason(installed: Settings, use_cases: UseCases):
    bar = use_cases.cameras.find("Bar")
    use_cases.cameras.report_state(bar.camera_id, CameraState.OFFLINE, StateReason("No picture came."))
    assert worst(running_checks.check_cameras(installed, is_probing=False), "No picture came.") is Level.WARNING


def test_a_camera_is_called_when_that_is_asked_for_and_its_password_stays_unsaid(
    installed: Settings, use_cases: UseCases
):
    bar = use_cases.cameras.find("Bar")
    url = f"rtsp://127.0.0.1:{free_port()}/s"
    use_cases.cameras.change(bar.camera_id, CameraForm("Bar", url, username="viewer", password=SECRET))
    (finding,) = running_checks.check_cameras(installed, is_probing=True)
    assert finding.level is Level.ERROR
    assert SECRET not in finding.as_line()
    assert "camera Bar gives no picture." in finding.found


@pytest.fixture
def run(installed: Settings, monkeypatch):
    monkeypatch.setenv("AMENDS_DATA_DIR", str(installed.data_dir))
    monkeypatch.setenv("AMENDS_RUNTIME_DIR", str(installed.slots_dir))
    monkeypatch.setenv("AMENDS_MODEL_DIR", str(WEIGHTS_DIR / "compact_resnet"))
    return lambda *arguments: CliRunner().invoke(main, ("doctor", *arguments))


def test_the_report_is_for_people_and_programs_and_ends_as_scripts_want(run, installed: Settings, monkeypatch):
    warned = run("--json")
    findings = json.loads(warned.output)
    assert warned.exit_code == 1
    assert {"settings", "folder", "storage", "database", "model", "detector", "backups"} <= {
        one["check"] for one in findings
    }
    assert {"check", "level", "found", "advice"} == findings[0].keys()
    _backup(installed.data_dir, days=1)
    assert run().exit_code == 0
    monkeypatch.setenv("AMENDS_ALERT_DWEL_S", SECRET)
    monkeypatch.setenv("AMENDS_TRY_PER_MINUTE", "7")
    monkeypatch.setenv("AMENDS_JPEG_QUALITY", "999")
    failed = run()
    assert failed.exit_code == 2
    for words in (
        "AMENDS_ALERT_DWEL_S is no setting",
        "is called AMENDS_PHOTO_TEST_PER_MINUTE",
        "AMENDS_JPEG_QUALITY: Input",
    ):
        assert words in failed.output
    assert SECRET not in failed.output


def test_without_the_data_folder_it_asks_for_the_right_one(run, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("AMENDS_DATA_DIR", str(tmp_path / "elsewhere"))
    answer = run()
    assert answer.exit_code == 2
    assert "same AMENDS_DATA_DIR" in answer.output
    assert not (tmp_path / "elsewhere").exists()


def _execute(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "amends.sqlite3") as database:
        database.execute(statement)
    database.close()


def _backup(folder: Path, *, days: int, body: bytes = gzip.compress(b"a backup")) -> None:
    (folder / "backups").mkdir(mode=0o700)
    made_at = datetime.now(UTC) - timedelta(days=days)
    path = folder / "backups" / f"amends-{made_at:%Y%m%d-%H%M%S}.reduced.tar.gz"
    path.write_bytes(body)
    path.chmod(0o600)
