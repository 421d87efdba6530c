"""What a hand-over needs of the database, as a Protocol."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Look:
    """How far a person has seen the event log, and when."""

    event_id: int
    at: datetime


class LookRepository(Protocol):
    """Who looked at the dashboard last, and how far."""

    def get(self, user_id: int) -> Look | None:
        """Return a person's last look."""

    def put(self, user_id: int, event_id: int, at: datetime) -> None:
        """Store it."""
