"""A clock that a test sets."""

from datetime import UTC, datetime, timedelta

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
