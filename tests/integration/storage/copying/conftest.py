"""Databases to copy from and to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.integration.storage.copying.filled_tables import fill_all_tables
from tests.servers.cluster.postgresql import PostgresServer
from tests.support.empty_database import postgres_database
from webapp.storage.db.engine import migrate, open_engine

Opener = Callable[[str], Engine]


@pytest.fixture
def opened() -> Iterator[Opener]:
    """Open databases, and close them in the end."""
    engines: list[Engine] = []

    def open_(url: str) -> Engine:
        engines.append(open_engine(url))
        return engines[-1]

    yield open_
    for engine in engines:
        engine.dispose()


@pytest.fixture
def filled_url(tmp_path: Path, opened: Opener) -> str:
    """The address of a SQLite database with rows in every table."""
    url = f"sqlite:///{tmp_path}/filled/amends.sqlite3"
    engine = opened(url)
    migrate(engine)
    with engine.begin() as connection:
        fill_all_tables(connection)
    engine.dispose()
    return url


@pytest.fixture
def empty_url(postgres: PostgresServer) -> str:
    """The address of a PostgreSQL database without tables."""
    return postgres_database(postgres, "template0")
