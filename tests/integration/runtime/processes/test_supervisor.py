import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from tests.support.patience import PATIENCE
from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.processes.supervisor import ChildProcess, Errand, Supervisor

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
)


@pytest.fixture
def make_part(tmp_path):
    children = []

    def make(command=SLEEPER, timeout_s=5.0):
        child = ChildProcess("web", command, Heartbeat(tmp_path, "web"), timeout_s)
        children.append(child)
        return child

    yield make
    for child in children:
        if child.process:
            child.process.kill()
            child.process.wait()


def wait_until(condition, timeout_s=10.0):
    deadline = time.monotonic() + timeout_s * PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_killed_part_is_started_again_at_once(make_part):
    child = make_part()
    child.tend(0.0)
    first = child.process
    first.send_signal(signal.SIGKILL)
    first.wait()
    child.tend(1.0)
    child.tend(1.0)
    assert child.process.pid != first.pid


def test_a_part_that_keeps_failing_is_given_more_and_more_time(make_part):
    child = make_part((sys.executable, "-c", "raise SystemExit(3)"))
    delays, now_s = [], 0.0
    for _ in range(8):
        child.tend(now_s)
        child.process.wait()
        child.tend(now_s)
        delays.append(child.restart_at_s - now_s)
        now_s = child.restart_at_s
    assert delays == [0.0, 0.0, 1.0, 2.0, 5.0, 10.0, 30.0, 30.0]


def live_and_die(child, now_s, *, healthy_s=None):
    """Start a child process, let it be healthy for so long or not at all, kill it; return when it is started again."""
    child.tend(now_s)
    if healthy_s is not None:
        child.heartbeat.beat()
        child.tend(now_s)
        now_s += healthy_s
        child.tend(now_s)
    child.process.kill()
    child.process.wait()
    child.tend(now_s)
    return child.restart_at_s


def test_a_healthy_part_is_started_again_at_once_however_often_it_is_killed(make_part):
    child, now_s = make_part(), 0.0
    for _ in range(8):
        assert live_and_die(child, now_s, healthy_s=0.5) == now_s + 0.5
        now_s += 0.5
    assert child.restarts == 8
    assert not child.report().is_backing_off


def test_a_part_that_has_only_just_given_its_first_sign_counts_as_healthy(make_part):
    child = make_part()
    for _ in range(4):
        child.tend(0.0)
        child.heartbeat.beat()
        child.process.kill()
        child.process.wait()
        child.tend(0.0)
    assert child.restart_at_s == 0.0


def test_ten_healthy_seconds_make_failures_forgotten_and_fewer_do_not(make_part):
    child, now_s = make_part(), 0.0
    for _ in range(4):
        now_s = live_and_die(child, now_s)
    assert child.report().is_backing_off
    now_s = live_and_die(child, now_s, healthy_s=9.0)
    assert live_and_die(child, now_s) == now_s + 5.0
    now_s = live_and_die(child, now_s + 5.0, healthy_s=10.0)
    assert not child.report().is_backing_off
    assert live_and_die(child, now_s) == now_s


def test_a_crash_loop_is_named_once_and_its_end_too(make_part):
    child, now_s = make_part(), 0.0
    with structlog.testing.capture_logs() as lines:
        for _ in range(20):
            now_s = live_and_die(child, now_s)
        live_and_die(child, now_s, healthy_s=11.0)
    events = [line["event"] for line in lines]
    assert events.count("child_process_keeps_ending") == 1
    assert events.count("child_process_works_again") == 1
    assert len(events) == 8  # Three starts, three ends of which one says that it goes on, the recovery and one end.


@pytest.mark.parametrize(
    ("code", "reason", "exit_code"),
    [("raise SystemExit(3)", "exited", 3), ("import os; os.kill(os.getpid(), 9)", "killed", -9)],
)
def test_the_report_says_why_and_when_a_part_ended(make_part, code, reason, exit_code):
    child = make_part((sys.executable, "-c", code))
    assert child.report().last_end is None
    child.tend(0.0)
    child.process.wait()
    child.tend(0.0)
    end = child.report().last_end
    assert (end.reason, end.exit_code) == (reason, exit_code)
    assert (datetime.now(UTC) - end.at).total_seconds() < 60


def test_a_clock_that_jumps_kills_no_part_and_hides_no_silent_one(make_part, monkeypatch):
    child = make_part(timeout_s=5.0)
    child.tend(0.0)
    child.heartbeat.beat()
    now = time.time()
    for jump_s in (3600.0, -3600.0):
        monkeypatch.setattr(time, "time", lambda jump_s=jump_s: now + jump_s)
        child.tend(1.0)
        assert child.process.poll() is None
    silent_ns = time.monotonic_ns() - 6_000_000_000
    os.utime(child.heartbeat.path, ns=(silent_ns, silent_ns))
    child.tend(2.0)
    assert child.process.wait(5) == -signal.SIGKILL


def test_a_part_without_a_sign_of_life_is_killed(make_part):
    child = make_part(timeout_s=0.2)
    child.tend(0.0)
    child.heartbeat.beat()
    time.sleep(0.4)
    child.tend(1.0)
    assert child.process.wait(5) == -signal.SIGKILL
    child.tend(1.0)
    assert child.report().last_end.reason == "silent"


def test_a_part_that_gives_signs_of_life_is_left_alone(make_part):
    child = make_part(timeout_s=5.0)
    child.tend(0.0)
    child.heartbeat.beat()
    child.tend(100.0)
    assert child.process.poll() is None


def test_a_part_that_ignores_the_request_to_end_is_killed(make_part):
    child = make_part()
    child.process = subprocess.Popen(STUBBORN, stdout=subprocess.PIPE)
    child.process.stdout.readline()
    Supervisor([child], stop_timeout_s=0.3).stop()
    assert child.process.returncode == -signal.SIGKILL
    child.process.stdout.close()


def test_all_parts_are_ended_within_five_seconds(make_part):
    assert Supervisor([make_part()]).stop_timeout_s + 1 < 5


WAITING = "from webapp.runtime.processes.start_gate import wait_at_start_gate; wait_at_start_gate(); "


def test_a_part_that_is_started_early_begins_when_what_it_works_with_is_ready(make_part, tmp_path):
    begun = tmp_path / "begun"
    child = make_part((sys.executable, "-c", f"{WAITING} open({str(begun)!r}, 'w').close()"))
    with child.started_early():
        early = child.process
        with pytest.raises(subprocess.TimeoutExpired):
            early.wait(1.0)
        assert not begun.exists()
    assert early.wait(10 * PATIENCE) == 0
    assert begun.exists()
    assert child.process is early


def test_a_part_that_was_started_early_for_nothing_ends_and_starts_as_if_it_had_never_been(make_part):
    child = make_part((sys.executable, "-c", f"{WAITING} import time; time.sleep(60)"))
    early = []

    def fail() -> None:
        early.append(child.process)
        raise ValueError("not ready")

    with pytest.raises(ValueError, match="not ready"), child.started_early():
        fail()
    assert early[0].returncode == -signal.SIGKILL
    assert (child.process, child.failures, child.restarts) == (None, 0, 0)
    child.tend(time.monotonic())
    assert child.process is not None


def test_a_part_that_was_started_early_does_not_outlive_a_supervisor_that_is_killed(make_part, tmp_path):
    begun = tmp_path / "begun"
    begin = f"{WAITING} open({str(begun)!r}, 'w').close()"
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from webapp.runtime.processes.heartbeat import Heartbeat\n"
        "from webapp.runtime.processes.supervisor import ChildProcess\n"
        f"command = (sys.executable, '-c', {begin!r})\n"
        f"child = ChildProcess('web', command, Heartbeat(Path({str(tmp_path)!r}), 'web'), 5.0)\n"
        "with child.started_early():\n"
        "    print(child.process.pid, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    supervisor = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert supervisor.returncode == -signal.SIGKILL
    state = Path(f"/proc/{supervisor.stdout.split()[-1]}/stat")

    def has_ended() -> bool:
        try:
            return state.read_text().split()[2] == "Z"
        except (FileNotFoundError, ProcessLookupError):
            return True

    wait_until(has_ended)
    assert not begun.exists()


def test_the_supervisor_loads_neither_flask_nor_opencv():
    heavy = "{'flask', 'cv2', 'numpy', 'eventlet'}"
    code = f"import sys, webapp.runtime.processes.supervisor; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("code", ["", "raise SystemExit(3)", "import os; os.kill(os.getpid(), 9)"])
def test_an_errand_is_done_once_while_nothing_else_runs_and_then_all_begins_anew(make_part, tmp_path, code):
    child, finished, ordered = make_part(), [], [1]
    looked = tmp_path / "looked"
    errand = Errand(
        "restore",
        (sys.executable, "-c", f"open({str(looked)!r}, 'w').write('was here'); {code}"),
        dict(os.environ),
        take=lambda: bool(ordered) and ordered.pop() == 1,
        finish=lambda: finished.append(first.poll() is not None),
    )
    supervisor = Supervisor([child], errand=errand)
    supervisor.tend()
    first = child.process
    supervisor.do_errand()
    assert looked.read_text() == "was here"
    assert finished == [True], "its children still ran, or nobody cleaned up after it"
    supervisor.do_errand()
    supervisor.tend()
    assert child.process.pid != first.pid
    assert child.restarts == 0
    assert finished == [True]
