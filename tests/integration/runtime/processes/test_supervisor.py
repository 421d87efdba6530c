import signal
import subprocess
import sys
import time

import pytest

from tests.support.patience import PATIENCE
from webapp.runtime.processes.heartbeat import Heartbeat
from webapp.runtime.processes.supervisor import ChildProcess, Supervisor

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
    for _ in range(4):
        child.tend(now_s)
        child.process.wait()
        child.tend(now_s)
        delays.append(child.restart_at_s - now_s)
        now_s = child.restart_at_s
    assert delays == [0.0, 1.0, 2.0, 5.0]


def test_a_part_without_a_sign_of_life_is_killed(make_part):
    child = make_part(timeout_s=0.2)
    child.tend(0.0)
    child.heartbeat.beat()
    time.sleep(0.4)
    child.tend(1.0)
    assert child.process.wait(5) == -signal.SIGKILL


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


def test_the_supervisor_loads_neither_flask_nor_opencv():
    heavy = "{'flask', 'cv2', 'numpy', 'eventlet'}"
    code = f"import sys, webapp.runtime.processes.supervisor; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
