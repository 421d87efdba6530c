"""A database that comes from elsewhere: used only if it is sound, and if all in it is of our own making."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from webapp.domain.site.restores import RestoreRefusal
from webapp.errors import BackupFailed, DatabaseFailed
from webapp.storage.db.engine import migrate, open_engine
from webapp.storage.db.revisions import known_revisions

# SQLite makes these itself when it counts or measures.
_SQLITES_OWN = frozenset({"sqlite_sequence", "sqlite_stat1", "sqlite_stat4"})

_QUESTIONS = (
    "SELECT * FROM pragma_table_xinfo(?)",
    "SELECT * FROM pragma_index_xinfo(?)",
    'SELECT seq, "table", "from", "to", on_update, on_delete FROM pragma_foreign_key_list(?) ORDER BY 2, 3, 4',
)
# What a table or an index may hold besides columns; of a partial index the condition too.
_CONDITIONS = re.compile(r"\b(?:CHECK|VIRTUAL|GENERATED|COLLATE|STRICT|WITHOUT|AS)\b|\bWHERE\b.*", re.DOTALL)

# A session that was ended, or a link that was used or withdrawn, after the backup was made must not come back to life.
# And nobody is told again of alerts of that time: what waited then was sent or taken since.
_ENDED = {
    "planned_steps": "UPDATE planned_steps SET state = 'cancelled', reason = 'no_news', wakes_at = NULL "
    "WHERE wakes_at IS NOT NULL",
    "deliveries": "UPDATE deliveries SET state = 'cancelled', reason = 'no_news', next_attempt_at = NULL, "
    "ended_at = strftime('%Y-%m-%d %H:%M:%f000', 'now') WHERE next_attempt_at IS NOT NULL",
    "settings": "UPDATE settings SET value = (SELECT coalesce(max(id), 0) FROM events) "
    "WHERE key = 'notification_cursor'",
    "sessions": "DELETE FROM sessions",
    "password_resets": "DELETE FROM password_resets",
    "invitations": "DELETE FROM invitations",
    "kiosks": "UPDATE kiosks SET code_hash = NULL, link_ends_at = NULL",
    "wall_screens": "UPDATE wall_screens SET code_hash = NULL, link_ends_at = NULL",
}


def take_over(database: Path) -> str:
    """Check a database, end all sessions in it, and bring it to the newest schema.

    Returns:
        The schema that it had.

    Raises:
        BackupFailed: it is damaged, from a newer version, or holds what our migrations do not make.
    """
    if not database.is_file():
        raise BackupFailed("The backup holds no database.")
    try:
        with _opened(database) as connection:
            revision = _revision(connection)
            _compare_schema(connection, revision)
            _check_content(connection)
        _upgrade(database)
        return revision
    except (sqlite3.Error, TypeError) as error:
        raise BackupFailed(f"The database in the backup cannot be read: {error}.") from error
    except (SQLAlchemyError, CommandError, DatabaseFailed) as error:
        raise BackupFailed(f"The database in the backup cannot be brought up to date: {error}.") from error


@contextmanager
def _opened(database: Path) -> Iterator[sqlite3.Connection]:
    """Open a database whose schema and pages a stranger may have written."""
    with closing(sqlite3.connect(database)) as connection:
        for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0"):
            connection.execute(f"PRAGMA {pragma}")
        yield connection


def _revision(connection: sqlite3.Connection) -> str:
    (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if revision not in known_revisions():
        raise BackupFailed(
            "The backup is from a newer version of Amends (database %(revision)s): update Amends first.",
            revision=str(revision)[:40],
            cause=RestoreRefusal.NEWER,
        )
    return str(revision)


def _compare_schema(connection: sqlite3.Connection, revision: str) -> None:
    """Compare all tables, columns and indexes, and that there is nothing else, with what our migrations make."""
    known, found = _our_schema(revision), _schema(connection)
    if found != known:
        wrong = sorted(name for name in {*known, *found} if known.get(name) != found.get(name))
        raise BackupFailed(
            f"The database in the backup has another schema than Amends makes: '{wrong[0][:80]}'. It is refused, "
            "because what is in it would live on, a trigger or a view for example."
        )


@lru_cache
def _our_schema(revision: str) -> dict[str, object]:
    with TemporaryDirectory() as folder:
        database = Path(folder) / "ours.sqlite3"
        _upgrade(database, revision)
        with _opened(database) as connection:
            return _schema(connection)


def _schema(connection: sqlite3.Connection) -> dict[str, object]:
    """Return what each table and index is: kind, columns (generated ones too), conditions.

    Columns are compared one by one and not by their SQL, which other versions of the libraries may write otherwise.
    """
    found: dict[str, object] = {}
    for kind, name, table, sql in connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"):
        if kind == "table" and name in _SQLITES_OWN:
            continue
        words = sorted(_CONDITIONS.findall((sql or "").upper()))
        facts = [connection.execute(question, (name,)).fetchall() for question in _QUESTIONS]
        # Of a table's constraints the order is left to chance, and SQLite numbers their indexes by it.
        shown = f"{table} {facts[1]}" if name.startswith("sqlite_autoindex_") else name
        found[f"{kind} {shown}"] = (table, words, facts)
    return found


def _check_content(connection: sqlite3.Connection) -> None:
    state = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if state != "ok":
        raise BackupFailed(f"The database in the backup is damaged: {state}.")
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    for table in tables & _ENDED.keys():
        connection.execute(_ENDED[table])
        connection.commit()


def _upgrade(database: Path, revision: str = "head") -> None:
    engine = open_engine(f"sqlite:///{database}")
    try:
        migrate(engine, revision)
    finally:
        engine.dispose()
