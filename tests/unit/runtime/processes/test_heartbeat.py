import os
import signal
import subprocess
import sys
import time

import pytest

from webapp.runtime.processes.environment import SUPERVISOR_PID
from webapp.runtime.processes.heartbeat import Heartbeat, ParentWatch


def test_there_is_no_age_before_the_first_heartbeat_and_after_it_was_cleared(tmp_path):
    heartbeat = Heartbeat(tmp_path / "slots", "web")
    assert heartbeat.age_s() is None
    heartbeat.beat()
    assert 0 <= heartbeat.age_s() < 5
    heartbeat.clear()
    assert heartbeat.age_s() is None


@pytest.mark.parametrize("jump_s", [3600, -3600])
def test_a_jump_of_the_time_of_day_changes_no_age(tmp_path, monkeypatch, jump_s):
    heartbeat, now = Heartbeat(tmp_path, "web"), time.time()
    heartbeat.beat()
    monkeypatch.setattr(time, "time", lambda: now + jump_s)
    assert heartbeat.age_s() < 5
    later_ns = time.monotonic_ns() + 60_000_000_000
    monkeypatch.setattr(time, "monotonic_ns", lambda: later_ns)
    assert heartbeat.age_s() > 59


def test_another_process_reads_the_same_age(tmp_path):
    code = "import sys; from pathlib import Path; from webapp.runtime.processes.heartbeat import Heartbeat; "
    code += "Heartbeat(Path(sys.argv[1]), 'web').beat()"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    assert Heartbeat(tmp_path, "web").age_s() < 10


def test_a_process_is_orphaned_when_its_supervisor_is_gone_even_before_it_looked(monkeypatch):
    monkeypatch.delenv(SUPERVISOR_PID, raising=False)
    assert not ParentWatch().is_orphaned()
    monkeypatch.setenv(SUPERVISOR_PID, str(os.getppid()))
    assert not ParentWatch().is_orphaned()
    monkeypatch.setenv(SUPERVISOR_PID, str(os.getpid()))
    assert ParentWatch().is_orphaned()


def test_an_orphaned_process_ends_as_by_sigterm(monkeypatch):
    code = "from webapp.runtime.processes.heartbeat import ParentWatch; ParentWatch().end_if_orphaned()"
    monkeypatch.setenv(SUPERVISOR_PID, "1")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGTERM
