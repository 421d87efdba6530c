"""A clock that a test sets."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class FakeClock:
    """Stands still until `advance` or `set` is called."""

    def __init__(self, at: datetime = START) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return the time that was set."""
        return self._at

    def set(self, at: datetime) -> None:
        """Let it be another time."""
        self._at = at

    def advance(self, seconds: float) -> datetime:
        """Move on and return the new time."""
        self._at += timedelta(seconds=seconds)
        return self._at


class MovedClock:
    """The system's time, moved by as many seconds as stand in a file: for a server in a process of its own."""

    FILE = "clock-moved-by-s"

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / self.FILE

    def now(self) -> datetime:
        """Return the present, moved; without a file it is the system's time."""
        return datetime.now(UTC) + timedelta(seconds=self._moved_by_s())

    def set(self, at: datetime) -> None:
        """Let it be another time from now on, for whoever reads the file."""
        written = self._file.with_suffix(".new")
        written.write_text(str((at - datetime.now(UTC)).total_seconds()))
        written.rename(self._file)

    def _moved_by_s(self) -> float:
        return float(self._file.read_text()) if self._file.exists() else 0.0
