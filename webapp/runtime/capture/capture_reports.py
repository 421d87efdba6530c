"""What a capture process says of itself, read from its pipe."""

import json
import os
import select
import subprocess
from typing import Any

POLL_S = 0.25


class CaptureReports:
    """Reads a capture process's JSON lines without ever waiting for the end of one.

    Attributes:
        closed: whether the process has closed its pipe.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Read nothing yet."""
        if process.stdout is None:
            raise ValueError("expected a process with a pipe on its standard output")
        self._pipe = process.stdout.fileno()
        self._unfinished = b""
        self.closed = False

    def read(self) -> list[dict[str, Any]]:
        """Return the reports that have come in, after a short wait where there are none."""
        if not select.select([self._pipe], [], [], POLL_S)[0]:
            return []
        received = os.read(self._pipe, 65536)
        self.closed = not received
        *lines, self._unfinished = (self._unfinished + received).split(b"\n")
        return [json.loads(line) for line in lines]
