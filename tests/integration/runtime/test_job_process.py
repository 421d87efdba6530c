"""Asking a process a question, as it is and in a program that eventlet has patched: both must behave the same."""

import subprocess
import sys
import time

import pytest

from tests.patience import PATIENCE
from webapp.settings import REPOSITORY_DIR

ECHO = "import sys; sys.stdout.write(sys.stdin.read()[::-1])"
DIES = "import os; os.kill(os.getpid(), 9)"
DIES_LATER = "import os, time; time.sleep(0.3); os.kill(os.getpid(), 9)"
HANGS = "import time; time.sleep(30)"
LARGE = 3_000_000

PROGRAM = """
import sys
if sys.argv[1] == "eventlet":
    import warnings
    warnings.filterwarnings("ignore")
    import eventlet
    eventlet.monkey_patch()
from webapp.runtime.job_process import ask_process
try:
    question = b"x" * int(sys.argv[3]) + b"end"
    answer = ask_process((sys.executable, "-c", sys.argv[2]), question, timeout_s=float(sys.argv[4]))
    print("answered", len(answer), answer[:4].decode())
except TimeoutError:
    print("timed out")
"""


def asked(how: str, code: str, size: int, timeout_s: float) -> tuple[str, float]:
    """Return what came of a question, and the seconds that it took."""
    began = time.monotonic()
    command = (sys.executable, "-c", PROGRAM, how, code, str(size), str(timeout_s))
    done = subprocess.run(
        command, cwd=REPOSITORY_DIR, capture_output=True, text=True, check=True, timeout=15 * PATIENCE
    )
    return done.stdout.strip(), time.monotonic() - began


@pytest.mark.parametrize("how", ["plain", "eventlet"])
@pytest.mark.parametrize(
    ("code", "size", "outcome"),
    [
        (ECHO, LARGE, f"answered {LARGE + 3} dnex"),
        (DIES, LARGE, "answered 0"),
        (DIES_LATER, LARGE, "answered 0"),
        (DIES, 10, "answered 0"),
    ],
)
def test_a_process_answers_or_dies_and_is_not_waited_for(how: str, code: str, size: int, outcome: str) -> None:
    came, seconds = asked(how, code, size, timeout_s=8 * PATIENCE)
    assert came == outcome
    assert seconds < 7 * PATIENCE


@pytest.mark.parametrize("how", ["plain", "eventlet"])
@pytest.mark.parametrize("size", [10, LARGE])
def test_a_process_that_hangs_is_killed_in_time(how: str, size: int) -> None:
    came, seconds = asked(how, HANGS, size, timeout_s=0.5)
    assert came == "timed out"
    assert seconds < 5 * PATIENCE
