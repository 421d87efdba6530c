"""The database: opened, tuned and migrated."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

MIGRATIONS_DIR = Path(__file__).resolve().parents[3] / "migrations"


def open_engine(url: str, *, busy_timeout_s: float = 10.0) -> Engine:
    """Return an engine for SQLite (in WAL mode) or PostgreSQL.

    Args:
        url: SQLAlchemy address; a SQLite file's folder is made, readable by its owner only.
        busy_timeout_s: seconds to wait for another process's write to end.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    path = url.removeprefix("sqlite:///")
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_engine(url, connect_args={"timeout": busy_timeout_s})
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _tune_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # pysqlite's own BEGIN comes too late for a read-then-write:
    # https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#pysqlite-serializable
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def reading(engine: Engine) -> Engine:
    """Return the engine for transactions that only read: they take no write lock, and a write in one fails."""
    return engine.execution_options(postgresql_readonly=True)


def _begin(connection: Connection) -> None:
    """Begin a transaction on SQLite.

    One that writes takes the write lock at once: a read-then-write cannot be overtaken half-way, and waits its turn
    instead of failing. One that reads sees the database as it was at its first query, however long it lasts.
    """
    is_reading = bool(connection.get_execution_options().get("postgresql_readonly"))
    # A pooled connection was perhaps used otherwise before.
    connection.exec_driver_sql(f"PRAGMA query_only={is_reading:d}")
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _alembic_config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_DIR))
    config.attributes["engine"] = engine
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database to the newest schema, or a test's to an earlier one; one that is there is left alone."""
    config = _alembic_config(engine)
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != ScriptDirectory.from_config(config).get_current_head():
        command.upgrade(config, revision)


def known_revisions() -> set[str]:
    """Return the schemas that this version can read and bring up to date."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_DIR))
    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}


def check_migrations(engine: Engine) -> None:
    """Compare the mapped classes with the migrated database.

    Raises:
        alembic.util.exc.CommandError: a migration is missing.
    """
    command.check(_alembic_config(engine))
