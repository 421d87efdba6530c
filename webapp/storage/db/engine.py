"""The database: opened, tuned and migrated."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from webapp.errors import DatabaseNewer

# Alembic is imported where it is needed: it takes a third of a second, and most databases are migrated already.
if TYPE_CHECKING:
    from alembic.config import Config

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


def known_revisions() -> set[str]:
    """Return the schemas that this version can read and bring up to date: each migration's file begins with its own."""
    return {path.name.partition("_")[0] for path in (MIGRATIONS_DIR / "versions").glob("[0-9]*.py")}


def check_migrations(engine: Engine) -> None:
    """Compare the mapped classes with the migrated database.

    Raises:
        alembic.util.exc.CommandError: a migration is missing.
    """
    from alembic import command

    command.check(_alembic_config(engine))
