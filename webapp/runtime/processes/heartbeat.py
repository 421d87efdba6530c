"""Heartbeats: each process touches its file, the supervisor checks its age."""

import os
import signal
import time
from pathlib import Path

from webapp.runtime.processes.environment import SUPERVISOR_PID


class Heartbeat:
    """One process's heartbeat: a file whose time is that of a clock which all processes of a machine share.

    Not the time of day: one that jumps would kill every process, or hide one that hangs.
    """

    def __init__(self, folder: Path, part: str) -> None:
        """Touch nothing yet.

        Args:
            folder: where the file is.
            part: the process's name.
        """
        self.path = folder / f"{part}.alive"

    def beat(self) -> None:
        """Show that the process is at work. A full disk is no reason to call it dead."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.open("ab").close()  # Unlike `touch` it leaves the time of a file alone that is there.
            now_ns = time.monotonic_ns()
            os.utime(self.path, ns=(now_ns, now_ns))
        except OSError:
            pass

    def age_s(self) -> float | None:
        """Return the seconds since the last sign, or None where there was none."""
        try:
            return max(0.0, (time.monotonic_ns() - self.path.stat().st_mtime_ns) / 1e9)
        except FileNotFoundError:
            return None

    def clear(self) -> None:
        """Forget the signs of an earlier process."""
        self.path.unlink(missing_ok=True)


class ParentWatch:
    """Watches whether the supervisor that started this process is gone, so that nobody is left behind."""

    def __init__(self) -> None:
        """Know the supervisor by its own word: it can be gone before this process looks who its parent is."""
        self._supervisor_pid = int(os.environ.get(SUPERVISOR_PID, "0"))

    def is_orphaned(self) -> bool:
        """Return whether the supervisor has ended; a process that was started by hand has none."""
        return self._supervisor_pid not in (0, os.getppid())

    def end_if_orphaned(self) -> None:
        """End this process as SIGTERM does if the supervisor has ended."""
        if self.is_orphaned():
            os.kill(os.getpid(), signal.SIGTERM)
