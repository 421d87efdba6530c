"""All tests: most of them beside each other, then those that measure how soon the product reacts, one after the other.

``make test`` runs this; its arguments are pytest's. ``WORKERS=0`` runs everything one after the other.
"""

import os
import subprocess
import sys

import pytest

BESIDE = ("--dist", "loadfile", "--no-loadscope-reorder")


def main(arguments: list[str]) -> int:
    """Run both parts, the second one also where the first failed.

    Returns:
        The exit status of the first part that failed, else 0; 5 where neither had a test to run.
    """
    workers = os.environ.get("WORKERS", "0")
    parts = [["-n", workers, *BESIDE], ["--alone"]] if workers != "0" else [[]]
    statuses = [subprocess.call([sys.executable, "-m", "pytest", *part, *arguments]) for part in parts]
    failed = [status for status in statuses if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)]
    return failed[0] if failed else min(statuses)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
