"""An empty database that every migration has run on: running them for each test takes longer than most tests.

It is SQLite's; with `TEST_DATABASE=postgresql` in the environment (`make test-postgres`) that of a PostgreSQL server,
which is started for the tests of each worker.
"""

import atexit
import os
from contextlib import ExitStack
from functools import lru_cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine, create_engine, text

from tests.servers.cluster.postgresql import PostgresServer, postgres_server
from webapp.settings import Settings
from webapp.storage.db.engine import migrate, open_engine

ON_POSTGRES = os.environ.get("TEST_DATABASE") == "postgresql"
_TEMPLATE = "amends_template"
_numbers = count(1)


def empty_database(settings: Settings) -> Engine:
    """Return an engine on a new database of the newest schema, where the settings say."""
    engine = open_engine(settings.sqlalchemy_url)
    if engine.dialect.name == "sqlite":
        assert engine.url.database is not None
        Path(engine.url.database).write_bytes(_migrated())
    return engine


def new_database_url() -> str:
    """Return what tests set as `AMENDS_DATABASE_URL`: empty for SQLite, else the address of a new database."""
    return postgres_database(shared_server()) if ON_POSTGRES else ""


def postgres_database(server: PostgresServer, template: str = _TEMPLATE) -> str:
    """Make a database on a server and return its address; of the newest schema, with `template0` without tables."""
    name = f"amends_{next(_numbers)}"
    _on(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server.url(name)


@lru_cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/empty.db")
        migrate(engine)
        engine.dispose()
        return (Path(folder) / "empty.db").read_bytes()


@lru_cache
def shared_server() -> PostgresServer:
    """Start the server of this process's tests, with a migrated database to copy."""
    stack = ExitStack()
    atexit.register(stack.close)
    server = stack.enter_context(postgres_server(Path(stack.enter_context(TemporaryDirectory())) / "postgresql"))
    _on(server, f'CREATE DATABASE "{_TEMPLATE}"')
    engine = open_engine(server.url(_TEMPLATE))
    migrate(engine)
    engine.dispose()
    return server


def _on(server: PostgresServer, statement: str) -> None:
    engine = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
