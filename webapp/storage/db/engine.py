"""The database: opened, tuned and migrated."""

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect

from webapp.errors import DatabaseNewer
from webapp.storage.db.revisions import MIGRATIONS_DIR, known_revisions
from webapp.storage.db.sqlite.connections import open_sqlite
from webapp.storage.db.transactions.options import reading

# Alembic is imported where it is needed: it takes a third of a second, and most databases are migrated already.
if TYPE_CHECKING:
    from alembic.config import Config


# For what may work on the whole of a large database before it answers.
PATIENT_S = 3600.0


def open_engine(
    url: str,
    *,
    busy_timeout_s: float = 10.0,
    pause: Callable[[float], object] | None = None,
    most_waiting: int = 10,
    answer_timeout_s: float | None = None,
    watches_in_cluster: bool = False,
) -> Engine:
    """Return an engine for SQLite (in WAL mode) or PostgreSQL.

    Args:
        url: SQLAlchemy address; a SQLite file's folder is made, readable by its owner only.
        busy_timeout_s: seconds to wait for another process's write to end.
        pause: waits so many seconds while others go on, for a process whose one thread must never wait for SQLite.
        most_waiting: transactions that are open or wait beyond the five connections that are kept.
        answer_timeout_s: seconds in which a server has to answer a statement; None: twice `busy_timeout_s`, and two at
            least.
        watches_in_cluster: whether it is for one of several machines that watch cameras: where such a one hangs in the
            midst of a transaction, a server waits less long for it.

    Raises:
        SettingsInvalid: nothing can be opened at such an address.
    """
    if url.startswith("sqlite"):
        return open_sqlite(url, busy_timeout_s=busy_timeout_s, pause=pause, most_waiting=most_waiting)
    # Its driver waits on sockets, which let other green threads go on by themselves.
    from webapp.storage.db.postgresql.connections import open_postgresql

    return open_postgresql(
        url,
        busy_timeout_s=busy_timeout_s,
        most_waiting=most_waiting,
        answer_timeout_s=answer_timeout_s,
        watches_in_cluster=watches_in_cluster,
    )


def _alembic_config(engine: Engine) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_DIR))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database to the newest schema, or a test's to an earlier one; one that is there is left alone.

    Raises:
        DatabaseNewer: this version does not know its schema.
    """
    if not is_newest_schema(engine):
        from alembic import command

        command.upgrade(_alembic_config(engine), revision)


def is_newest_schema(engine: Engine) -> bool:
    """Return whether nothing is to be brought up to date, for a process that must not do it.

    Raises:
        DatabaseNewer: this version does not know its schema.
    """
    with reading(engine).connect() as connection:
        current, known = schema_of(connection), known_revisions()
    if current is not None and current not in known:
        raise DatabaseNewer("Expected a schema up to %(known)s, came %(found)s.", known=max(known), found=current)
    return current == max(known)


def schema_of(connection: Connection) -> str | None:
    """Return the schema that a database has; None where it has none of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def forget_deleted(engine: Engine) -> None:
    """Leave nothing in the file of what was deleted or overwritten; of another database than SQLite this is its own.

    Raises:
        sqlite3.OperationalError: another process uses the database, or the disk is full.
    """
    if engine.dialect.name != "sqlite":
        return
    with closing(engine.raw_connection()) as connection:  # Within a transaction neither is possible.
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            connection.cursor().execute(statement)


def check_migrations(engine: Engine) -> None:
    """Compare the mapped classes with the migrated database.

    Raises:
        alembic.util.exc.CommandError: a migration is missing.
    """
    from alembic import command

    command.check(_alembic_config(engine))
