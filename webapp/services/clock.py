"""The clock on the wall."""

from datetime import UTC, datetime


class SystemClock:
    """The system's time, aware UTC."""

    def now(self) -> datetime:
        """Return the present."""
        return datetime.now(UTC)
