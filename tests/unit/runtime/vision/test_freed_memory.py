"""What was freed is given back, also of sizes that were freed before."""

import subprocess
import sys

import pytest

WORKS = """
import sys
from webapp.runtime.vision.freed_memory import keep_little_freed_memory

def held_mib():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 >> 20

if sys.argv[1] == "ours":
    keep_little_freed_memory()
before = held_mib()
for _ in range(3):
    buffer = bytearray(12 << 20)
    buffer[::4096] = b"x" * len(buffer[::4096])
    del buffer
print(held_mib() - before)
"""


def kept_mib(whose: str) -> int:
    done = subprocess.run([sys.executable, "-c", WORKS, whose], capture_output=True, text=True, timeout=60, check=True)
    return int(done.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc is asked")
def test_a_large_block_that_was_freed_is_not_kept() -> None:
    assert kept_mib("glibc's own way") >= 10, "else there is nothing to be done"
    assert kept_mib("ours") <= 2
