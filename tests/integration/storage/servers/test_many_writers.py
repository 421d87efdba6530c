"""Eight processes append to the event log while two follow it: nothing is skipped or comes twice, all is in order."""

import multiprocessing
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.servers.cluster.postgresql import PostgresServer
from tests.support.empty_database import postgres_database
from tests.support.patience import PATIENCE
from webapp.domain.events import Event, EventKind
from webapp.storage.db.engine import migrate, open_engine
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

pytestmark = pytest.mark.timeout(400)
Noted = Callable[[str, object], None]
_WRITERS, _EVENTS = 8, 10_000
_OF_WRITER = _EVENTS // _WRITERS
_A_TRANSACTION = 25
_AT = datetime(2026, 1, 1, tzinfo=UTC)
_GIVE_UP_S = 30.0 * PATIENCE


@pytest.mark.postgres
def test_on_postgresql_the_log_is_followed_without_a_gap(
    postgres: PostgresServer, record_testsuite_property: Noted
) -> None:
    record_testsuite_property("events_per_s_on_postgresql", round(_write_and_follow(postgres_database(postgres))))


@pytest.mark.sqlite
def test_on_sqlite_the_log_is_followed_without_a_gap(tmp_path: Path, record_testsuite_property: Noted) -> None:
    url = f"sqlite:///{tmp_path}/log.sqlite3"
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()
    record_testsuite_property("events_per_s_on_sqlite", round(_write_and_follow(url)))


def _write_and_follow(url: str) -> float:
    """Return how many events a second were written; the followers have seen all of them."""
    starter = multiprocessing.get_context("forkserver")  # What they import is imported once.
    starter.set_forkserver_preload([__name__])
    seen, gate = starter.Queue(), starter.Barrier(_WRITERS + 2 + 1)
    writers = [starter.Process(target=_write, args=(url, number, gate)) for number in range(_WRITERS)]
    tails = [starter.Process(target=_follow, args=(url, gate, seen)) for _ in range(2)]
    for process in (*writers, *tails):
        process.start()
    gate.wait(_GIVE_UP_S)
    began_s = time.monotonic()
    for writer in writers:
        writer.join(_GIVE_UP_S)
    took_s = time.monotonic() - began_s
    followed = [seen.get(timeout=_GIVE_UP_S) for _ in tails]
    for tail in tails:
        tail.join(_GIVE_UP_S)
    assert [process.exitcode for process in (*writers, *tails)] == [0] * (_WRITERS + 2)
    engine = open_engine(url)
    stored = [(one.event_id, one.payload["written"]) for one in _after(SQLUnitOfWorkFactory(engine), 0, _EVENTS * 2)]
    engine.dispose()
    assert [len(read) for read in followed] == [_EVENTS, _EVENTS], f"all is read {_GIVE_UP_S:.0f} s after the beginning"
    assert followed == [stored, stored]
    written = sorted(name for _, name in stored)
    assert written == sorted(f"{writer} {number}" for writer in range(_WRITERS) for number in range(_OF_WRITER))
    return _EVENTS / took_s


def _write(url: str, writer: int, gate: Any) -> None:
    """Append events, some in long and some in slow transactions, and now and then some that are rolled back."""
    engine = open_engine(url, busy_timeout_s=_GIVE_UP_S)
    unit_of_work = SQLUnitOfWorkFactory(engine)
    gate.wait(_GIVE_UP_S)
    for first in range(0, _OF_WRITER, _A_TRANSACTION):
        if (first // _A_TRANSACTION + writer) % 5 == 0:
            with unit_of_work() as work:
                work.events.append(Event(EventKind.BACKUP_MADE, _AT, {"written": "never"}))
        with unit_of_work() as work:
            for number in range(first, first + _A_TRANSACTION):
                work.events.append(Event(EventKind.BACKUP_MADE, _AT, {"written": f"{writer} {number}"}))
            if (first // _A_TRANSACTION + writer) % 7 == 0:
                time.sleep(0.005)  # What it has written is not visible yet, and its ids are given out.
            work.commit()
    engine.dispose()


def _follow(url: str, gate: Any, seen: Any) -> None:
    """Read on behind the newest event that was read, as `EventTail` does."""
    engine = open_engine(url)
    unit_of_work, read = SQLUnitOfWorkFactory(engine), []
    gate.wait(_GIVE_UP_S)
    deadline_s = time.monotonic() + _GIVE_UP_S
    while len(read) < _EVENTS and time.monotonic() < deadline_s:
        new = _after(unit_of_work, read[-1][0] if read else 0, 500)
        read += [(event.event_id, event.payload["written"]) for event in new]
        if not new:
            time.sleep(0.005)
    engine.dispose()
    seen.put(read)


def _after(unit_of_work: SQLUnitOfWorkFactory, event_id: int, limit: int) -> Any:
    with unit_of_work.reading() as work:
        return work.events.after(event_id, limit=limit)
