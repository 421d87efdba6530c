"""The database: opened, tuned and migrated."""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from webapp.domain.site.storage_faults import StorageFault, failure_of
from webapp.errors import DatabaseNewer
from webapp.storage.db.revisions import MIGRATIONS_DIR, known_revisions
from webapp.storage.db.sqlite.failures import translated
from webapp.storage.db.sqlite.lock_patience import LockPatience
from webapp.storage.db.sqlite.replaced_file import OpenFile

# Alembic is imported where it is needed: it takes a third of a second, and most databases are migrated already.
if TYPE_CHECKING:
    from alembic.config import Config

# Readers wait only while another process opens the database after a crash; `BEGIN` alone does not touch the file yet.
_BEGIN_READING = ("BEGIN", "PRAGMA schema_version")
_BEGIN_WRITING = ("BEGIN IMMEDIATE",)


def open_engine(
    url: str, *, busy_timeout_s: float = 10.0, pause: Callable[[float], object] | None = None, most_waiting: int = 10
) -> Engine:
    """Return an engine for SQLite (in WAL mode) or PostgreSQL.

    Args:
        url: SQLAlchemy address; a SQLite file's folder is made, readable by its owner only.
        busy_timeout_s: seconds to wait for another process's write to end.
        pause: waits so many seconds while others go on, for a process whose one thread must never wait for SQLite.
        most_waiting: transactions that are open or wait beyond the five connections that are kept.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    path = url.removeprefix("sqlite:///")
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_file = path not in ("", ":memory:", "sqlite://")
    pool = {"max_overflow": most_waiting} if is_file else {}
    engine = create_engine(url, connect_args={"timeout": 0.0 if pause else busy_timeout_s}, **pool)
    lock = LockPatience(busy_timeout_s, pause) if pause else LockPatience()
    event.listen(engine, "connect", partial(_tune_sqlite, lock))
    file = OpenFile(Path(path)) if is_file else None
    event.listen(engine, "begin", partial(_begin, lock, file))
    event.listen(engine, "handle_error", translated)
    if file:
        file.watch(engine)
    return engine


def _tune_sqlite(lock: LockPatience, connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # pysqlite's own BEGIN comes too late for a read-then-write:
    # https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
        lock.wait_for(partial(cursor.execute, f"PRAGMA {pragma}"))
    cursor.close()


def reading(engine: Engine) -> Engine:
    """Return the engine for transactions that only read: they take no write lock, and a write in one fails."""
    return engine.execution_options(postgresql_readonly=True)


def impatient(engine: Engine) -> Engine:
    """Return the engine for transactions that fail at once where another process writes."""
    return engine.execution_options(amends_is_patient=False)


def _begin(lock: LockPatience, file: OpenFile | None, connection: Connection) -> None:
    """Begin a transaction on SQLite.

    One that writes takes the write lock at once: a read-then-write cannot be overtaken half-way, and waits its turn
    instead of failing. One that reads sees the database as it was at its first query, however long it lasts. Nothing
    has been done before the lock is there, so trying again does nothing twice.
    """
    options = connection.get_execution_options()
    is_reading = bool(options.get("postgresql_readonly"))
    cursor = connection.connection.cursor()
    # A pooled connection was perhaps used otherwise before.
    cursor.execute(f"PRAGMA query_only={is_reading:d}")
    for statement in _BEGIN_READING if is_reading else _BEGIN_WRITING:
        lock.wait_for(partial(cursor.execute, statement), is_patient=options.get("amends_is_patient", True))
    if file and file.is_replaced(
        connection.connection
    ):  # While it waited for the lock: nothing is written into a void.
        cursor.execute("ROLLBACK")
        raise failure_of(StorageFault.MISSING)
    cursor.close()


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
    with reading(engine).connect() as connection:
        current, known = _current_revision(connection), known_revisions()
    if current is not None and current not in known:
        raise DatabaseNewer("Expected a schema up to %(known)s, came %(found)s.", known=max(known), found=current)
    if current != max(known):
        from alembic import command

        command.upgrade(_alembic_config(engine), revision)


def _current_revision(connection: Connection) -> str | None:
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
