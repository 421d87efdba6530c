"""Heartbeats: each process touches its file, the supervisor checks its age."""

import os
import time
from pathlib import Path


class Heartbeat:
    """One process's heartbeat."""

    def __init__(self, folder: Path, part: str) -> None:
        self._path = folder / f"{part}.alive"

    def beat(self) -> None:
        """Show that the process is at work. A full disk is no reason to call it dead."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path.touch()
            os.utime(self._path)
        except OSError:
            pass

    def age_s(self) -> float | None:
        """Return the seconds since the last sign, or None where there was none."""
        try:
            return max(0.0, time.time() - self._path.stat().st_mtime)
        except FileNotFoundError:
            return None

    def clear(self) -> None:
        """Forget the signs of an earlier process."""
        self._path.unlink(missing_ok=True)


class ParentWatch:
    """Watches whether the process that started this one is gone, so that nobody is left behind."""

    def __init__(self) -> None:
        self._parent_id = os.getppid()

    def is_orphaned(self) -> bool:
        """Return whether the parent has ended."""
        return os.getppid() != self._parent_id
