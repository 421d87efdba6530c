"""Whether a start finds a database that nothing has to be done to: asked of SQLite alone, in milliseconds."""

import sqlite3
from contextlib import closing
from pathlib import Path

from webapp.storage.db.revisions import known_revisions


def is_ready(database_url: str, setting: str) -> bool:
    """Return whether a database is sound, of the newest schema, and has what the first start puts into it.

    Args:
        database_url: SQLAlchemy address; of another database than SQLite that is not known.
        setting: the name of what is set once all is in it.
    """
    database = Path(database_url.removeprefix("sqlite:///"))
    if not database_url.startswith("sqlite:///") or not database.exists():
        return False
    try:
        with closing(sqlite3.connect(database, timeout=1.0)) as connection:
            return _has_all(connection, setting)
    except sqlite3.Error:
        return False


def _has_all(connection: sqlite3.Connection, setting: str) -> bool:
    asked = (
        ("SELECT version_num FROM alembic_version", (), max(known_revisions())),
        ("PRAGMA quick_check(1)", (), "ok"),
        ("SELECT count(*) FROM settings WHERE key = ?", (setting,), 1),
        ("SELECT EXISTS (SELECT * FROM users)", (), 1),
    )
    return all(connection.execute(query, values).fetchone() == (wanted,) for query, values, wanted in asked)
