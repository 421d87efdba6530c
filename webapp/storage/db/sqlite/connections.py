"""Connections to a SQLite file: how they are tuned, and how a transaction begins on one."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from webapp.domain.site.storage_faults import StorageFault, failure_of
from webapp.storage.db.sqlite.failures import translated
from webapp.storage.db.sqlite.lock_patience import LockPatience
from webapp.storage.db.sqlite.replaced_file import OpenFile
from webapp.storage.db.transactions.options import is_patient, is_reading

# Readers wait only while another process opens the database after a crash; `BEGIN` alone does not touch the file yet.
_BEGIN_READING = ("BEGIN", "PRAGMA schema_version")
_BEGIN_WRITING = ("BEGIN IMMEDIATE",)


def open_sqlite(
    url: str, *, busy_timeout_s: float, pause: Callable[[float], object] | None, most_waiting: int
) -> Engine:
    """Return an engine in WAL mode; see `open_engine`."""
    path = url.removeprefix("sqlite:///")
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_file = path not in ("", ":memory:", "sqlite://")
    pool = {"max_overflow": most_waiting} if is_file else {}
    engine = create_engine(url, connect_args={"timeout": 0.0 if pause else busy_timeout_s}, **pool)
    lock = LockPatience(busy_timeout_s, pause) if pause else LockPatience()
    event.listen(engine, "connect", partial(_tune, lock))
    file = OpenFile(Path(path)) if is_file else None
    event.listen(engine, "begin", partial(_begin, lock, file))
    event.listen(engine, "handle_error", translated)
    if file:
        file.watch(engine)
    return engine


def _tune(lock: LockPatience, connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # pysqlite's own BEGIN comes too late for a read-then-write:
    # https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
        lock.wait_for(partial(cursor.execute, f"PRAGMA {pragma}"))
    cursor.close()


def _begin(lock: LockPatience, file: OpenFile | None, connection: Connection) -> None:
    """Begin a transaction.

    One that writes takes the write lock at once: a read-then-write cannot be overtaken half-way, and waits its turn
    instead of failing. One that reads sees the database as it was at its first query, however long it lasts. Nothing
    has been done before the lock is there, so trying again does nothing twice.
    """
    cursor = connection.connection.cursor()
    # A pooled connection was perhaps used otherwise before.
    cursor.execute(f"PRAGMA query_only={is_reading(connection):d}")
    for statement in _BEGIN_READING if is_reading(connection) else _BEGIN_WRITING:
        lock.wait_for(partial(cursor.execute, statement), is_patient=is_patient(connection))
    if file and file.is_replaced(
        connection.connection
    ):  # While it waited for the lock: nothing is written into a void.
        cursor.execute("ROLLBACK")
        raise failure_of(StorageFault.MISSING)
    cursor.close()
