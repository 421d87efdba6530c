"""Holds back a child process that is started before it may begin: meanwhile it loads its libraries."""

import os
import stat
import sys

from webapp.runtime.processes.environment import SUPERVISOR_PID

_GO = b"1"


class StartGate:
    """The supervisor's side: a pipe, which is the child's standard input.

    Attributes:
        stdin: what the child is started with.
    """

    def __init__(self) -> None:
        """Shut it."""
        self.stdin, self._writing = os.pipe()

    def open(self) -> None:
        """Let the child begin."""
        os.write(self._writing, _GO)

    def close(self) -> None:
        """Let go of the pipe: a child that still waits ends, as it does when the supervisor is killed."""
        os.close(self.stdin)
        os.close(self._writing)


def wait_at_start_gate() -> None:
    """Wait until this process may begin, and end it if it never may; one that was not started early goes on at once."""
    is_held = SUPERVISOR_PID in os.environ and stat.S_ISFIFO(os.fstat(0).st_mode)
    if is_held and sys.stdin.buffer.read(len(_GO)) != _GO:  # Not `os.read`, which eventlet replaces.
        sys.exit(os.EX_TEMPFAIL)
