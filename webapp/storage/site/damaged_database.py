"""A database that cannot be read any more is set aside before anything writes to it; nothing is deleted."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from webapp.domain.site.storage_faults import StorageFault
from webapp.storage.db.sqlite.failures import fault_of
from webapp.storage.site.backups import DAMAGED

_SUFFIXES = ("", "-wal", "-shm")


def set_aside_if_damaged(database_url: str, data_dir: Path, now: datetime) -> Path | None:
    """Move a damaged database with all that belongs to it into a folder of its own.

    Nothing may use it meanwhile. A file that only cannot be read right now, as it is locked for example, stays.

    Args:
        database_url: SQLAlchemy address; of another database than SQLite nothing is done.
        data_dir: the data folder.
        now: the time, for the folder's name.

    Returns:
        The folder; None where the database is sound, or new.
    """
    if not database_url.startswith("sqlite:///"):
        return None
    database = Path(database_url.removeprefix("sqlite:///"))
    files = [path for suffix in _SUFFIXES if (path := database.with_name(database.name + suffix)).exists()]
    if not files or not _is_damaged(database):
        return None
    aside = data_dir / f"{DAMAGED}-{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    for path in files:
        path.rename(aside / path.name)
    return aside


def _is_damaged(database: Path) -> bool:
    if not database.exists() or not database.stat().st_size:
        return True  # What stands beside it was written for a database that is gone.
    try:
        with closing(sqlite3.connect(database, timeout=1.0)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok")
    except sqlite3.Error as error:
        return fault_of(error) is StorageFault.DAMAGED
