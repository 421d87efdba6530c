"""What retention needs of the database, as a Protocol."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from webapp.domain.retention import KeptKind


class RetentionRepository(Protocol):
    """Counts and deletes what is old, whatever it is."""

    def count(self, kind: KeptKind, before: datetime | None) -> int:
        """Return how many are older; with None, how many there are."""

    def snapshot_names(self, before: datetime, *, limit: int) -> Sequence[str]:
        """Return the pictures that `delete` will take next, oldest first."""

    def delete(self, kind: KeptKind, before: datetime, *, limit: int) -> int:
        """Delete some that are older, oldest first, with what belongs to them; return how many."""
