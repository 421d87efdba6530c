"""A store of pictures on another machine, as it is when it can be reached, and when not."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from webapp.domain.alerts.snapshot_faults import SnapshotFault, store_failure
from webapp.storage.alerts.snapshots import SnapshotFiles


class DistantSnapshots:
    """`SnapshotStore` over a folder.

    Attributes:
        files: the folder.
        is_away: whether it does not answer.
        on_call: called before each answer.
    """

    def __init__(self, files: SnapshotFiles) -> None:
        """Be there."""
        self.files, self.is_away = files, False
        self.on_call: Callable[[], object] = lambda: None

    def save(self, content: bytes, at: datetime, ending: str = "jpg") -> str:
        """Keep a picture."""
        return self._asked().save(content, at, ending)

    def read(self, name: str) -> bytes | None:
        """Return a picture."""
        return self._asked().read(name)

    def remove(self, name: str) -> None:
        """Delete a picture."""
        self._asked().remove(name)

    def remove_all(self, names: Sequence[str]) -> None:
        """Delete pictures."""
        self._asked().remove_all(names)

    def taken_between(self, begin: datetime, end: datetime) -> Sequence[str]:
        """Return names."""
        return self._asked().taken_between(begin, end)

    def remove_days_before(self, day: date) -> int:
        """Delete days."""
        return self._asked().remove_days_before(day)

    def size_bytes(self) -> int:
        """Return a size."""
        return self._asked().size_bytes()

    def _asked(self) -> SnapshotFiles:
        self.on_call()
        if self.is_away:
            raise store_failure(SnapshotFault.AWAY)
        return self.files
