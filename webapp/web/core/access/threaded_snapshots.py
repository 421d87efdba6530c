"""Asks a store of pictures on another machine in real threads: the one thread of the server goes on answering."""

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from webapp.domain.alerts.snapshot_faults import SnapshotFault, store_failure
from webapp.domain.alerts.snapshot_names import taken_at
from webapp.services.ports import Clock, SnapshotStore
from webapp.web.core.access.thread_places import ThreadPlaces

# Log-ins and names are looked up in the same twenty threads: a store that hangs must leave some of them.
MOST_AT_ONCE = 4
MOST_WAITING = 64
LONGEST_WAIT_S = 5.0
# A picture that another machine took a moment ago may still be on its way.
_NEW = timedelta(seconds=20)
_ARRIVES_S = 3.0
_LOOKS_S = 0.3


class ThreadedSnapshots:
    """`SnapshotStore` around another one whose methods may be called in threads."""

    def __init__(
        self,
        snapshots: SnapshotStore,
        clock: Clock,
        *,
        longest_wait_s: float = LONGEST_WAIT_S,
        is_one_thread: bool = True,
    ) -> None:
        """Wrap a store; where all places are taken for `longest_wait_s`, it counts as one that does not answer."""
        self._snapshots, self._clock = snapshots, clock
        self._places = ThreadPlaces(
            lambda: store_failure(SnapshotFault.AWAY),
            most_at_once=MOST_AT_ONCE,
            most_waiting=MOST_WAITING,
            longest_wait_s=longest_wait_s,
            is_one_thread=is_one_thread,
        )

    def save(self, content: bytes, at: datetime, ending: str = "jpg") -> str:
        """Keep one picture or clip and return its name."""
        return self._places.run(self._snapshots.save, content, at, ending)

    def read(self, name: str) -> bytes | None:
        """Return a picture; one that is new is waited for a little, while others are served."""
        content = self._places.run(self._snapshots.read, name)
        until_s = time.monotonic() + _ARRIVES_S
        while content is None and self._is_new(name) and time.monotonic() < until_s:
            time.sleep(_LOOKS_S)  # Patched by eventlet, where it serves: it lets others go on.
            content = self._places.run(self._snapshots.read, name)
        return content

    def remove(self, name: str) -> None:
        """Delete a picture."""
        self._places.run(self._snapshots.remove, name)

    def remove_all(self, names: Sequence[str]) -> None:
        """Delete pictures."""
        if names:
            self._places.run(self._snapshots.remove_all, names)

    def taken_between(self, begin: datetime, end: datetime) -> Sequence[str]:
        """Return the names of the pictures there that were taken in a time."""
        return self._places.run(self._snapshots.taken_between, begin, end)

    def remove_days_before(self, day: date) -> int:
        """Delete all pictures of earlier days and return how many there were."""
        return self._places.run(self._snapshots.remove_days_before, day)

    def size_bytes(self) -> int:
        """Return the size of all pictures and clips."""
        return self._places.run(self._snapshots.size_bytes)

    def _is_new(self, name: str) -> bool:
        taken = taken_at(name)
        return taken is not None and abs(self._clock.now() - taken) < _NEW
