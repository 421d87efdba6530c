"""A simulated day of each process: what it holds in memory stays what it was after the first hour."""

import subprocess
import sys
import time

import pytest

from tests.chaos.faults import LONG, Fault
from webapp.settings import REPOSITORY_DIR

HOURS = 24 if LONG else 2
MOST_GROWTH = 0.05


@pytest.mark.timeout(1200 if LONG else 180)
@pytest.mark.parametrize("process", ["vision", "housekeeping", "web"] if LONG else ["vision"])
def test_a_day_leaves_the_memory_as_it_was(fault: Fault, process: str, tmp_path):
    fault.done = f"{HOURS} simulated hours of {process}"
    command = [sys.executable, "-m", "tests.chaos.simulated_day", process, str(HOURS), str(tmp_path)]
    began_s = time.monotonic()
    done = subprocess.run(command, cwd=REPOSITORY_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first_kib, *later_kib = map(int, done.stdout.split())
    growth = max(later_kib) / first_kib - 1
    fault.lost = f"{growth:+.1%} of {first_kib / 1024:.0f} MiB"
    fault.took = f"{time.monotonic() - began_s:.0f} s"
    assert len(later_kib) == HOURS - 1
    assert growth < MOST_GROWTH
