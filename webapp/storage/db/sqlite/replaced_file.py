"""The database's file can be replaced while connections to the old one are open: they would go on with that."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from webapp.domain.site.storage_faults import StorageFault, failure_of

_KEY = "amends_file"


@dataclass
class OpenFile:
    """Which file the connections of an engine are to.

    Attributes:
        path: of the database.
    """

    path: Path
    _was_there: bool = False

    def watch(self, engine: Engine) -> None:
        """Let the engine's connections follow the file."""
        event.listen(engine, "do_connect", self._refuse_to_create)
        event.listen(engine, "connect", self._remember)
        event.listen(engine, "checkout", self._check)

    def is_replaced(self, connection: PoolProxiedConnection) -> bool:
        """Return whether another file stands where the one that a connection has opened stood."""
        now = identity(self.path)
        return now is not None and now != connection.info.get(_KEY)

    def _refuse_to_create(self, *_given: object) -> None:
        """Put no empty database in the place of one that was there a moment ago: housekeeping writes it back."""
        if self._was_there and not self.path.exists():
            raise failure_of(StorageFault.MISSING)

    def _remember(self, _connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info[_KEY], self._was_there = identity(self.path), True

    def _check(
        self, _connection: DBAPIConnection, _record: ConnectionPoolEntry, proxied: PoolProxiedConnection
    ) -> None:
        if self.is_replaced(proxied):
            raise DisconnectionError  # The pool opens the new file instead.


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one of the same name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
