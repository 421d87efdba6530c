"""Over one server's database one housekeeping is at work, on whichever machine; another takes over when it is gone."""

import gc
from collections.abc import Iterator

import pytest
from sqlalchemy import NullPool, create_engine, text

from tests.servers.cluster.postgresql import PostgresServer
from tests.support.empty_database import postgres_database
from webapp.storage.db.engine import open_engine
from webapp.storage.db.postgresql.sole_process import HOUSEKEEPING, SoleProcess
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

pytestmark = [
    pytest.mark.postgres,
    # The driver leaves the socket of a connection that fails to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres_database(postgres)


@pytest.fixture
def two(url: str) -> Iterator[list[SoleProcess]]:
    engines = [open_engine(url) for _ in range(2)]
    processes = [SoleProcess(engine, HOUSEKEEPING) for engine in engines]
    yield processes
    for process, engine in zip(processes, engines, strict=True):
        process.let_go()
        engine.dispose()
    gc.collect()  # While warnings of it are ignored.


def test_the_second_waits_until_the_first_is_gone(two: list[SoleProcess]) -> None:
    first, second = two
    assert [first.is_another(), second.is_another(), first.is_another(), second.is_another()] == [False, True] * 2
    first.let_go()
    assert not second.is_another()


def test_who_lost_its_session_asks_again_before_it_goes_on(two: list[SoleProcess], url: str) -> None:
    first, second = two
    assert not first.is_another()
    admin = create_engine(url, poolclass=NullPool)
    with admin.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE objsubid = 2 AND granted"))
    assert not second.is_another()
    assert first.is_another()


def test_with_a_server_that_is_away_nobody_waits_for_another() -> None:
    engine = open_engine("postgresql+pg8000://amends@127.0.0.1:1/amends")
    assert not SoleProcess(engine, HOUSEKEEPING).is_another()
    engine.dispose()


def test_it_holds_up_neither_writing_nor_tidying_up(two: list[SoleProcess], url: str) -> None:
    assert not two[0].is_another()
    with SQLUnitOfWorkFactory(two[1].engine).reading() as work:
        assert work.events.last_id() == 0
    engine = open_engine(url, busy_timeout_s=0.5)
    with SQLUnitOfWorkFactory(engine)() as work:
        work.settings.put("test", "1")
        work.commit()
    with engine.connect() as connection:
        idle = text("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%' AND pid <> pg_backend_pid()")
        assert connection.scalar(idle) == 0
    engine.dispose()
