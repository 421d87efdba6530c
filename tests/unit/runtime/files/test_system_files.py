"""What the machine says of itself, from plain files."""

import logging
import os

import structlog

from tests.fakes.snapshots import DistantSnapshots
from tests.fakes.web import FakeLiveFrames
from webapp.runtime.files.system_files import SystemFiles
from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.processes.logs import configure_logging
from webapp.runtime.processes.status_files import (
    ChildProcessReport,
    read_reports,
    write_reports,
    write_waiting_pictures,
)
from webapp.runtime.processes.supervisor import ChildProcess, Supervisor
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.site.system import WaitingPictures
from webapp.storage.alerts.snapshots import SnapshotFiles


def test_the_supervisor_says_how_often_a_part_was_started_again(tmp_path):
    child = ChildProcess("web", ("false",), Heartbeat(tmp_path, "web"), 5.0)
    supervisor = Supervisor([child], lambda reports: write_reports(tmp_path, reports), clock_s=lambda: 100.0)
    supervisor.tend()
    assert read_reports(tmp_path)[1].pid == child.process.pid
    child.process.wait()
    supervisor.tend()
    web = ChildProcessReport("web", 0, 1, child.last_end)
    assert read_reports(tmp_path) == [ChildProcessReport("supervisor", os.getpid(), 0), web]
    assert (web.last_end.reason, web.last_end.exit_code) == ("exited", 1)
    supervisor.stop()


def test_a_process_is_shown_with_its_age_and_one_that_is_gone_without(settings, unit_of_work):
    settings.slots_dir.mkdir(parents=True)
    write_reports(
        settings.slots_dir, [ChildProcessReport("web", os.getpid(), 2), ChildProcessReport("vision", 2**22 + 1, 0)]
    )
    facts = SystemFiles(settings, unit_of_work, FakeLiveFrames(), lambda: False).facts()
    _, web, vision = facts.processes
    assert (web.name, web.pid, web.restarts) == ("web", os.getpid(), 2)
    assert web.started_at
    assert web.memory_bytes > 2**20
    assert (vision.pid, vision.started_at) == (0, None)
    assert facts.database_bytes > 0
    assert facts.disk_total_bytes >= facts.disk_free_bytes > 0


def test_in_a_cluster_the_capture_processes_of_other_machines_are_not_missed_here(settings, use_cases):
    camera = use_cases.cameras.add(CameraForm("Bar", "demo:"))

    def captures(placement):
        here = settings.model_copy(update={"placement": placement})
        processes = (
            SystemFiles(here, use_cases.adapters.unit_of_work, FakeLiveFrames(), lambda: False).facts().processes
        )
        return [process.name for process in processes if process.is_capture]

    assert captures("machine") == [f"capture: {camera.name}"]
    assert captures("cluster") == []


def test_a_database_on_a_server_has_no_size_here(settings, unit_of_work):
    elsewhere = settings.model_copy(update={"database_url": "postgresql+pg8000://amends@db.example/amends"})
    assert SystemFiles(elsewhere, unit_of_work, FakeLiveFrames(), lambda: False).facts().database_bytes is None


def test_the_last_lines_of_all_logs_come_in_order_and_without_credentials(settings, unit_of_work):
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        for child in ("web", "vision"):
            configure_logging(settings, child)
            structlog.get_logger().warning("begins")
            structlog.get_logger().warning("camera_failed", url="rtsp://viewer:hush@192.0.2.1/s")
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers[:], root.level = before
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()
    lines = SystemFiles(settings, unit_of_work, FakeLiveFrames(), lambda: False).log_tail(10)
    assert len(lines) == 2
    assert "***@192.0.2.1" in lines[0]
    assert "hush" not in "".join(lines)


def test_the_pictures_of_alerts_are_weighed(settings, unit_of_work):
    folder = settings.snapshots_dir / "2026-11"
    folder.mkdir(parents=True)
    (folder / "one.jpg").write_bytes(bytes(300))
    (folder / "two.jpg").write_bytes(bytes(45))
    assert SystemFiles(settings, unit_of_work, FakeLiveFrames(), lambda: False).snapshots_bytes() == 345


def test_pictures_whose_store_does_not_answer_are_not_weighed(settings, unit_of_work):
    distant = DistantSnapshots(SnapshotFiles(settings.snapshots_dir))
    files = SystemFiles(settings, unit_of_work, FakeLiveFrames(), lambda: False, distant)
    assert files.snapshots_bytes() == 0
    distant.is_away = True
    assert files.snapshots_bytes() is None


def test_pictures_that_wait_are_counted_as_vision_says(settings, unit_of_work):
    files = SystemFiles(settings, unit_of_work, FakeLiveFrames(), lambda: False)
    assert files.facts().pictures == WaitingPictures()
    settings.slots_dir.mkdir()
    write_waiting_pictures(settings.slots_dir, WaitingPictures(3, 40.0, "away"))
    assert files.facts().pictures == WaitingPictures(3, 40.0, "away")
