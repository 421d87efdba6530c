"""Finds out whether the database can be written, before an alert needs it."""

from dataclasses import dataclass

from webapp.domain.alerts.not_stored import StorageState
from webapp.domain.site.storage_faults import StorageFault
from webapp.errors import DatabaseFailed
from webapp.services.ports import UnitOfWorkFactory

_SETTING = "storage_check"


@dataclass
class StorageCheck:
    """Writes a little: a full disk, for one, is met by nothing less.

    Attributes:
        unit_of_work: opens transactions that wait for a lock no longer than is usual.
    """

    unit_of_work: UnitOfWorkFactory
    _count: int = 0

    def state(self) -> StorageState:
        """Return what came of a write."""
        self._count += 1
        try:
            with self.unit_of_work() as work:
                work.settings.put(_SETTING, str(self._count % 2))
                work.commit()
        except DatabaseFailed as error:
            return StorageState(StorageFault(error.fault))
        return StorageState()
