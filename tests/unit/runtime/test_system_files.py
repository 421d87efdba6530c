"""What the machine says of itself, from plain files."""

import logging
import os

import structlog

from tests.fakes_web import FakeLiveFrames
from webapp.runtime.heartbeat import Heartbeat
from webapp.runtime.logs import configure_logging
from webapp.runtime.part_files import PartReport, read_parts, write_parts
from webapp.runtime.supervisor import Part, Supervisor
from webapp.runtime.system_files import SystemFiles


def test_the_supervisor_says_how_often_a_part_was_started_again(tmp_path):
    part = Part("web", ("false",), Heartbeat(tmp_path, "web"), 5.0)
    supervisor = Supervisor([part], lambda reports: write_parts(tmp_path, reports), clock_s=lambda: 100.0)
    supervisor.tend()
    assert read_parts(tmp_path)[1].pid == part.process.pid
    part.process.wait()
    supervisor.tend()
    assert read_parts(tmp_path) == [PartReport("supervisor", os.getpid(), 0), PartReport("web", 0, 1)]
    supervisor.stop()


def test_a_process_is_shown_with_its_age_and_one_that_is_gone_without(settings, unit_of_work):
    settings.slots_dir.mkdir(parents=True)
    write_parts(settings.slots_dir, [PartReport("web", os.getpid(), 2), PartReport("vision", 2**22 + 1, 0)])
    facts = SystemFiles(settings, unit_of_work, FakeLiveFrames()).facts()
    _, web, vision = facts.processes
    assert (web.name, web.pid, web.restarts) == ("web", os.getpid(), 2)
    assert web.started_at
    assert web.memory_bytes > 2**20
    assert (vision.pid, vision.started_at) == (0, None)
    assert facts.database_bytes > 0
    assert facts.disk_total_bytes >= facts.disk_free_bytes > 0


def test_the_last_lines_of_all_logs_come_in_order_and_without_credentials(settings, unit_of_work):
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        for part in ("web", "vision"):
            configure_logging(settings, part)
            structlog.get_logger().warning("begins")
            structlog.get_logger().warning("camera_failed", url="rtsp://viewer:hush@192.0.2.1/s")
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers[:], root.level = before
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()
    lines = SystemFiles(settings, unit_of_work, FakeLiveFrames()).log_tail(10)
    assert len(lines) == 2
    assert "***@192.0.2.1" in lines[0]
    assert "hush" not in "".join(lines)
