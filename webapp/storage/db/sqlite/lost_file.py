"""Writes a database back whose file was removed while Amends runs: it lives on in the connections that are open."""

import sqlite3
from contextlib import closing
from pathlib import Path

import structlog

from webapp.storage.db.sqlite.replaced_file import identity

log = structlog.get_logger()

_SIDE_FILES = ("-wal", "-shm")


class DatabaseKeeper:
    """Holds the database open, to write it back.

    A copy is made and put in the file's place while the write lock is held; other processes see that another file
    stands there, before they begin the next transaction.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open()

    def keep(self) -> bool:
        """Write the database back if it was removed, or its `-wal` with what was written last.

        Returns:
            Whether it was.

        Raises:
            OSError: it cannot be written back; it can be tried again.
            sqlite3.Error: likewise.
        """
        now = identity(self._path)
        if now == self._identity and self._beside("-wal").exists():
            return False
        is_lost = now is None or now == self._identity
        if is_lost:
            log.error("database_removed", path=str(self._path))
            self._write_back()
            log.info("database_written_back", path=str(self._path))
        self.close()
        self._open()
        return is_lost

    def close(self) -> None:
        """Let go."""
        self._locking.close()
        self._copied.close()

    def _open(self) -> None:
        # Two, because none can be copied that is in the midst of writing.
        self._locking, self._copied = (sqlite3.connect(self._path, isolation_level=None, timeout=5) for _ in range(2))
        for connection in (self._locking, self._copied):
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        self._identity = identity(self._path)

    def _write_back(self) -> None:
        copy = self._beside(".copy")
        copy.unlink(missing_ok=True)
        self._locking.execute("BEGIN IMMEDIATE")
        try:
            with closing(sqlite3.connect(copy)) as there:
                self._copied.backup(there)
                there.execute("PRAGMA journal_mode=DELETE")
            for suffix in _SIDE_FILES:
                self._beside(suffix).unlink(missing_ok=True)
            copy.replace(self._path)
        finally:
            self._locking.execute("ROLLBACK")

    def _beside(self, suffix: str) -> Path:
        return self._path.with_name(self._path.name + suffix)
