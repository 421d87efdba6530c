"""Whether a start finds a database that nothing has to be done to: asked of SQLite alone, in milliseconds."""

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Timer

from webapp.storage.db.revisions import known_revisions

# The last that the first start puts into the database.
DEMO_SETTING = "demo_camera_added"
# A check of a million incidents takes five seconds of processor time: a start looks at as much as this allows. What is
# damaged elsewhere is noticed by the statement that meets it.
_MOST_CHECK_S = 0.3


def is_ready(database_url: str, setting: str, most_check_s: float = _MOST_CHECK_S) -> bool:
    """Return whether a database is sound, of the newest schema, and has what the first start puts into it.

    Of a large one only a part is checked for damage.

    Args:
        database_url: SQLAlchemy address; of another database than SQLite that is not known.
        setting: the name of what is set once all is in it.
        most_check_s: seconds for which damage is looked for.
    """
    database = Path(database_url.removeprefix("sqlite:///"))
    if not database_url.startswith("sqlite:///") or not database.exists():
        return False
    try:
        with closing(sqlite3.connect(database, timeout=1.0, check_same_thread=False)) as connection:
            return _has_all(connection, setting) and _looks_sound(connection, most_check_s)
    except sqlite3.Error:
        return False


def _has_all(connection: sqlite3.Connection, setting: str) -> bool:
    asked = (
        ("SELECT version_num FROM alembic_version", (), max(known_revisions())),
        ("SELECT count(*) FROM settings WHERE key = ?", (setting,), 1),
        ("SELECT EXISTS (SELECT * FROM users)", (), 1),
    )
    return all(connection.execute(query, values).fetchone() == (wanted,) for query, values, wanted in asked)


def _looks_sound(connection: sqlite3.Connection, most_s: float) -> bool:
    """Return whether no damage is found in the time that there is."""
    timer = Timer(most_s, connection.interrupt)
    timer.start()
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError as error:
        return error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT
    finally:
        timer.cancel()
        timer.join()
