"""What the engine runs ends with its process when its work fails, so that the engine starts it again."""

import subprocess
import sys

import pytest

from webapp.settings import REPOSITORY_DIR

PROGRAM = """
import threading, time
from webapp.cli.cluster.actors import ending_the_process
def work():
    raise OSError("no process can be started")
threading.Thread(target=ending_the_process(work), daemon=True).start()
time.sleep(30)
"""


@pytest.mark.timeout(60)
def test_a_thread_that_fails_takes_its_process_with_it() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], cwd=REPOSITORY_DIR, capture_output=True, timeout=40)
    assert ended.returncode == 1
    assert b"cluster_actor_failed" in ended.stdout + ended.stderr
