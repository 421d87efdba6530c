"""That a damaged database was set aside is said on the dashboard until an admin has read it."""

import json
from dataclasses import asdict, dataclass

from webapp.services.ports import ReadUnitOfWork, UnitOfWorkFactory

_SETTING = "damaged_database"


@dataclass(frozen=True)
class DamagedDatabase:
    """What was set aside at a start.

    Attributes:
        folder: the folder's name within the data folder.
        backup: the name of the newest backup; empty where there is none.
    """

    folder: str
    backup: str


@dataclass(frozen=True)
class DamagedDatabaseService:
    """Keeps what has to be said, in the database that took the damaged one's place."""

    unit_of_work: UnitOfWorkFactory

    def note(self, damaged: DamagedDatabase) -> None:
        """Have it said."""
        self._put(json.dumps(asdict(damaged)))

    def dismiss(self) -> None:
        """Say it no more."""
        self._put("")

    def _put(self, value: str) -> None:
        with self.unit_of_work() as work:
            work.settings.put(_SETTING, value)
            work.commit()


def damaged_database_of(work: ReadUnitOfWork) -> DamagedDatabase | None:
    """Return what an admin has to be told, within a transaction; None: nothing."""
    stored = work.settings.get(_SETTING)
    return DamagedDatabase(**json.loads(stored)) if stored else None
