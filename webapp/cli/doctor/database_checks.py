"""The database, opened for reading only: nothing in it is changed, and nobody waits for it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from webapp.cli.doctor.findings import Finding, Level, in_gib
from webapp.domain.site.database_address import database_file
from webapp.settings import Settings
from webapp.storage.db.revisions import known_revisions

_MOST_CHECK_S = 30.0
_MOST_WAL_BYTES = 64 * 2**20
_BUSY_S = 2.0
_RESTORE = "Stop Amends, set the file aside, and put a backup back: python run.py backup restore FILE."


def sqlite_file(settings: Settings) -> Path | None:
    """Return the database's file; None where it is no file of ours."""
    return database_file(settings.sqlalchemy_url)


def read_only_address(path: Path) -> str:
    """Return SQLite's address of a file for reading only; one that nobody has open is not even locked."""
    is_open = path.with_name(f"{path.name}-wal").exists()
    return f"file:{path}?mode=ro" + ("" if is_open else "&immutable=1")


def check_database(settings: Settings) -> Iterator[Finding]:
    """Yield whether the database can be used by this version and is whole."""
    path = sqlite_file(settings)
    if path is None:
        from webapp.cli.doctor.server_checks import check_server

        yield from check_server(settings)
        return
    if not path.exists():
        yield Finding("database", Level.NOTE, f"There is none at {path} yet: it is made at the first start.")
        return
    try:
        with closing(sqlite3.connect(read_only_address(path), uri=True, timeout=_BUSY_S)) as database:
            yield _schema(database)
            yield from _soundness(database)
    except sqlite3.Error as error:
        yield Finding("database", Level.ERROR, f"{path.name} cannot be read: {error}.", _RESTORE)
    wal = path.with_name(f"{path.name}-wal")
    if wal.exists() and wal.stat().st_size > _MOST_WAL_BYTES:
        yield Finding(
            "database",
            Level.WARNING,
            f"Its write-ahead log has {in_gib(wal.stat().st_size)}.",
            "Something reads for very long; restart Amends.",
        )


def asked(settings: Settings, query: str, **values: str) -> object:
    """Return the first value that a query finds; None where there is none, or no database that can be read.

    Args:
        settings: where the database is.
        query: in the SQL that SQLite and PostgreSQL have in common, with names such as `:key` for values.
        values: by those names.
    """
    path = sqlite_file(settings)
    if path is None:
        from webapp.cli.doctor.server_checks import asked_of_server

        return asked_of_server(settings, query, values)
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(read_only_address(path), uri=True, timeout=_BUSY_S)) as database:
            found = database.execute(query, values).fetchone()
    except sqlite3.Error:
        return None
    return found[0] if found else None


def newest_event_s(settings: Settings) -> float | None:
    """Return when the newest event was stored; None where that cannot be known."""
    at = asked(settings, "SELECT at FROM events ORDER BY id DESC LIMIT 1")
    return datetime.fromisoformat(str(at)).replace(tzinfo=UTC).timestamp() if at else None


def _schema(database: sqlite3.Connection) -> Finding:
    (found,) = database.execute("SELECT version_num FROM alembic_version").fetchone() or ("none",)
    known = known_revisions()
    if found not in known:
        advice = "Start that version again, or put back a backup from before the upgrade."
        return Finding("schema", Level.ERROR, f"A newer version of Amends wrote it (schema {found}).", advice)
    if found != max(known):
        return Finding("schema", Level.NOTE, f"It has schema {found}; the next start brings it to {max(known)}.")
    return Finding("schema", Level.OK, f"It has schema {found}, this version's own.")


def _soundness(database: sqlite3.Connection) -> Iterator[Finding]:
    ends_s = time.monotonic() + _MOST_CHECK_S
    database.set_progress_handler(lambda: time.monotonic() > ends_s, 10_000)
    try:
        problems = [str(row[0]) for row in database.execute("PRAGMA quick_check(5)")]
        orphans = len(database.execute("PRAGMA foreign_key_check").fetchmany(1000))
    except sqlite3.OperationalError as error:
        if str(error) != "interrupted":
            raise
        yield Finding(
            "database",
            Level.NOTE,
            f"It is too large to be checked within {_MOST_CHECK_S:g} s.",
            "Check a backup of it.",
        )
        return
    if problems != ["ok"]:
        yield Finding("database", Level.ERROR, f"It is damaged: {problems[0]}.", _RESTORE)
    elif orphans:
        yield Finding("database", Level.ERROR, f"{orphans} rows refer to rows that are gone.", _RESTORE)
    else:
        yield Finding("database", Level.OK, "It is whole.")
