"""PostgreSQL refuses: a wrong password, no connection left, no such database; each is said, and none holds a secret."""

from collections.abc import Iterator

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.servers.cluster.postgresql import PostgresServer
from tests.support.empty_database import postgres_database
from webapp.domain.site.storage_faults import StorageFault
from webapp.errors import DatabaseFailed
from webapp.storage.db.engine import open_engine
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

# The driver leaves the socket of a connection that is refused to the garbage collector.
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def _admin(postgres: PostgresServer, *statements: str) -> None:
    engine = create_engine(postgres.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture(name="guarded")
def _guarded(postgres: PostgresServer) -> Iterator[str]:
    """A database's address for a user who needs a password, which is `hush`."""
    rules = postgres.folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"host all guarded 127.0.0.1/32 scram-sha-256\n{before}")
    _admin(postgres, "CREATE ROLE guarded LOGIN PASSWORD 'hush'", "SELECT pg_reload_conf()")
    yield postgres_database(postgres).replace("postgres@", "guarded:hush@")
    rules.write_text(before)
    _admin(postgres, "DROP ROLE guarded", "SELECT pg_reload_conf()")


def _fault(url: str) -> str:
    engine = open_engine(url, busy_timeout_s=0.1)
    with pytest.raises(DatabaseFailed) as failed, SQLUnitOfWorkFactory(engine).reading() as work:
        work.events.last_id()
    engine.dispose()
    assert "hush" not in f"{failed.value}"
    return failed.value.fault


def test_a_wrong_password_is_a_database_that_is_away(guarded: str) -> None:
    assert _fault(guarded.replace(":hush@", ":hush-hush@")) == StorageFault.AWAY


def test_a_server_that_has_no_connection_left_is_a_database_that_is_away(
    guarded: str, postgres: PostgresServer
) -> None:
    _admin(postgres, "ALTER ROLE guarded CONNECTION LIMIT 0")
    assert _fault(guarded) == StorageFault.AWAY


def test_a_database_that_is_not_there_is_away(postgres: PostgresServer) -> None:
    assert _fault(postgres.url("none")) == StorageFault.AWAY
