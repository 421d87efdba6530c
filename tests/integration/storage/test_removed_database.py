"""The database's file is removed while Amends runs: it is written back, and nothing goes into a file that is gone."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.clocks import FakeClock
from webapp.domain.events import Event, EventKind
from webapp.errors import DatabaseFailed
from webapp.settings import Settings
from webapp.storage.db.engine import open_engine
from webapp.storage.db.sqlite.lost_file import DatabaseKeeper
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

pytestmark = pytest.mark.sqlite


@pytest.fixture
def path(settings: Settings, engine: Engine) -> Path:
    return Path(settings.sqlalchemy_url.removeprefix("sqlite:///"))


@pytest.fixture
def note(unit_of_work: SQLUnitOfWorkFactory, clock: FakeClock) -> Callable[[], None]:
    """Write an event as a process that goes on does."""

    def note() -> None:
        with unit_of_work() as work:
            work.events.append(Event(EventKind.CAMERA_ADDED, clock.now()))
            work.commit()

    note()
    return note


@pytest.fixture
def keeper(path: Path, note: Callable[[], None]) -> Iterator[DatabaseKeeper]:
    keeper = DatabaseKeeper(path)
    yield keeper
    keeper.close()


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM events").fetchone()[0])


@pytest.mark.parametrize("suffixes", [("",), ("", "-wal", "-shm"), ("-wal",)])
def test_what_was_removed_is_written_back_with_what_was_written_since(
    path: Path, keeper: DatabaseKeeper, note: Callable[[], None], unit_of_work: SQLUnitOfWorkFactory, suffixes
) -> None:
    for suffix in suffixes:
        path.with_name(path.name + suffix).unlink()
    note()
    assert keeper.keep()
    assert not keeper.keep()
    note()
    assert count(path) == 3
    with unit_of_work.reading() as work:
        assert work.events.last_id() == 3


def test_as_long_as_it_is_there_nothing_is_done(path: Path, keeper: DatabaseKeeper, note: Callable[[], None]) -> None:
    before = path.stat().st_ino
    note()
    assert not keeper.keep()
    assert path.stat().st_ino == before


def test_another_file_in_its_place_is_taken_and_not_overwritten(
    path: Path, keeper: DatabaseKeeper, note: Callable[[], None], tmp_path: Path
) -> None:
    note()
    other = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(path)) as here, closing(sqlite3.connect(other)) as there:
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")
        there.execute("DELETE FROM events")
        there.commit()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink()
    other.replace(path)
    assert not keeper.keep()
    note()
    assert count(path) == 1


def test_nobody_puts_an_empty_database_in_its_place(settings: Settings, path: Path, clock: FakeClock) -> None:
    engine = open_engine(settings.sqlalchemy_url)
    work = SQLUnitOfWorkFactory(engine)
    with work.reading() as reading:
        assert reading.events.last_id() == 0
    engine.dispose()
    path.unlink()
    with pytest.raises(DatabaseFailed), work.reading() as reading:
        reading.events.last_id()
    assert not path.exists()


def test_who_waited_for_the_lock_of_a_file_that_was_replaced_writes_nothing_into_it(
    settings: Settings, path: Path, clock: FakeClock, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy.write_bytes(path.read_bytes())
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def exchange(_seconds: float) -> None:
        copy.replace(path)
        other.execute("ROLLBACK")
        other.close()

    engine = open_engine(settings.sqlalchemy_url, pause=exchange)
    with pytest.raises(DatabaseFailed), SQLUnitOfWorkFactory(engine)() as work:
        work.events.append(Event(EventKind.CAMERA_ADDED, clock.now()))
    engine.dispose()
