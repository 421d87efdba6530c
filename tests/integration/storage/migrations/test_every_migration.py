"""Upgrades from every earlier schema, with data in every table, steps down, and what a kill in the midst leaves."""

import os
import signal
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from alembic import command
from sqlalchemy import Engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from tests.integration.storage.migrations.filled_database import ROWS, changed, columns, contents, fill
from tests.support.adapters import adapters_of_tests
from tests.support.web_app import PlainHasher
from webapp.services.ports import IncidentFilter
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.storage.db.engine import _alembic_config, check_migrations, migrate, open_engine
from webapp.storage.db.revisions import known_revisions
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

REVISIONS = sorted(known_revisions())
HEAD = REVISIONS[-1]
# What an upgrade takes away on purpose, because it says the same in another column.
DROPPED = {"cameras.state_reason"}
# What a migration changes in rows that are there: anything else that changes is a loss.
CHANGED_UP: set[str] = set()
CHANGED_DOWN = {"cameras.state"}  # A closed camera is an online one to the version before 0010.


@cache
def _filled(revision: str) -> bytes:
    """Return a database of a schema, with rows in every table."""
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/old.sqlite3")
        migrate(engine, revision)
        fill(engine)
        engine.dispose()
        return Path(folder, "old.sqlite3").read_bytes()


@pytest.fixture
def of(tmp_path: Path) -> Iterator[Callable[[str], Engine]]:
    """Open a filled database of a schema."""
    opened: list[Engine] = []

    def open_filled(revision: str) -> Engine:
        path = tmp_path / f"{revision}.sqlite3"
        path.write_bytes(_filled(revision))
        engine = open_engine(f"sqlite:///{path}")
        event.listen(engine, "connect", _hurry)
        opened.append(engine)
        return engine

    yield open_filled
    for engine in opened:
        engine.dispose()


def _hurry(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Wait for no disk: here nothing is killed."""
    connection.cursor().execute("PRAGMA synchronous=OFF")


def revision_of(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def assert_sound(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


@pytest.mark.parametrize("revision", REVISIONS)
def test_nothing_is_lost_by_an_upgrade_and_the_product_reads_it(of, settings: Settings, clock, revision: str):
    engine = of(revision)
    before = contents(engine)
    assert all(len(rows) == ROWS for rows in before.values()), "there is a row in every table"
    migrate(engine)
    after = contents(engine)
    assert changed(before, after) <= CHANGED_UP
    assert columns(before) - columns(after) <= DROPPED
    assert_sound(engine)
    check_migrations(engine)
    assert_readable(UseCases(settings, adapters_of_tests(settings, SQLUnitOfWorkFactory(engine), PlainHasher(), clock)))


def assert_readable(use_cases: UseCases) -> None:
    assert len(use_cases.cameras.list()) == len(use_cases.accounts.list()) == ROWS
    assert use_cases.incidents.search(IncidentFilter()).total == ROWS
    assert len(use_cases.dashboard.events_after(0, limit=10)) == ROWS
    assert use_cases.analysis_configuration.current().rules[1].enter_threshold in (0.7, 0.8)
    assert use_cases.retention.rule().incidents == 180
    assert len(use_cases.tokens.list()) == ROWS
    assert_notifications_readable(use_cases)


def assert_notifications_readable(use_cases: UseCases) -> None:
    with use_cases.adapters.unit_of_work.reading() as work:
        told = work.notifications
        assert len(told.channels.list()) == len(told.routes.list()) == len(told.on_call.list())
        assert len(told.deliveries.latest(limit=10)) == len(told.channels.list())
        assert {told.preferences.get(1), told.queue.state()}


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_one_step_down_and_up_again_loses_only_what_the_step_has_brought(of, revision: str):
    engine = of(revision)
    before = contents(engine)
    command.downgrade(_alembic_config(engine), "-1")
    down = contents(engine)
    assert revision_of(engine) == REVISIONS[REVISIONS.index(revision) - 1]
    assert changed(before, down) <= CHANGED_DOWN
    assert_sound(engine)
    migrate(engine, revision)
    assert changed(down, contents(engine)) <= CHANGED_UP
    assert_sound(engine)


def test_all_the_way_down_and_up_again_keeps_the_rows_of_the_first_tables(of):
    engine = of(HEAD)
    command.downgrade(_alembic_config(engine), REVISIONS[0])
    down = contents(engine)
    assert all(len(rows) == ROWS for rows in down.values())
    migrate(engine)
    assert changed(down, contents(engine)) <= CHANGED_UP
    check_migrations(engine)


def statements_of_an_upgrade(path: Path, kill_at: int = 0) -> int:
    """Upgrade, and return of how many statements that consists; at one of them the process is killed."""
    engine, count = open_engine(f"sqlite:///{path}"), 0

    @event.listens_for(engine, "before_cursor_execute")
    def _count(*_arguments: object) -> None:
        nonlocal count
        count += 1
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    migrate(engine)
    engine.dispose()
    return count


# Where another test has loaded eventlet; nothing of it runs here.
@pytest.mark.filterwarnings(r"ignore:Using fork\(\) is a bad idea:DeprecationWarning")
def test_a_kill_in_the_midst_leaves_a_database_that_the_next_start_upgrades(of, tmp_path: Path):
    fresh, killed, before = tmp_path / "fresh.sqlite3", tmp_path / "killed.sqlite3", contents(of(REVISIONS[0]))
    fresh.write_bytes(_filled(REVISIONS[0]))
    total = statements_of_an_upgrade(fresh)
    for kill_at in range(2, total, max(1, total // 8)):
        killed.write_bytes(_filled(REVISIONS[0]))
        child = os.fork()
        if child == 0:
            statements_of_an_upgrade(killed, kill_at)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL, f"statement {kill_at} of {total}"
        engine = open_engine(f"sqlite:///{killed}")
        migrate(engine)
        assert revision_of(engine) == HEAD
        assert_sound(engine)
        assert not changed(before, contents(engine))
        engine.dispose()
        for leftover in tmp_path.glob("killed.sqlite3-*"):
            leftover.unlink()
