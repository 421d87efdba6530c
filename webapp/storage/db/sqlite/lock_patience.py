"""Waiting for a lock of SQLite, without holding up the thread where that has other work."""

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass

from webapp.domain.site.storage_faults import StorageFault, failure_of
from webapp.storage.db.sqlite.failures import fault_of

_AGAIN_S = 0.02


@dataclass(frozen=True)
class LockPatience:
    """How long to wait for a lock beyond what SQLite itself waits.

    Attributes:
        for_s: seconds; 0: SQLite has waited as long as it was to.
        pause: waits so many seconds while others go on.
        clock_s: a clock that never goes back.
    """

    for_s: float = 0.0
    pause: Callable[[float], object] = time.sleep
    clock_s: Callable[[], float] = time.monotonic

    def wait_for(self, take: Callable[[], object], *, is_patient: bool = True) -> None:
        """Call `take` until it is not refused because of a lock.

        Raises:
            DatabaseBusy: it was refused for too long.
            DatabaseFailed: the database cannot be used.
        """
        deadline_s = self.clock_s() + (self.for_s if is_patient else 0.0)
        while (fault := _fault_at(take)) is not None:
            if fault is not StorageFault.LOCKED or self.clock_s() >= deadline_s:
                raise failure_of(fault)
            self.pause(_AGAIN_S)


def _fault_at(take: Callable[[], object]) -> StorageFault | None:
    try:
        take()
    except sqlite3.Error as error:
        fault = fault_of(error)
        if fault is None:
            raise
        return fault
    return None
