"""A lock that another process holds: the web process's one thread never waits for it."""

import sqlite3
import threading
import time
from contextlib import closing, contextmanager
from itertools import pairwise

import pytest

from tests.fakes.storage import FakeUnitOfWorkFactory
from webapp.domain.events import Event, EventKind
from webapp.domain.people.audit import AuditFilter
from webapp.errors import DatabaseBusy
from webapp.services.people.audit import AuditService
from webapp.storage.db.engine import open_engine
from webapp.storage.db.transactions.later_writes import LaterWrites
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory, unwaiting

pytestmark = pytest.mark.sqlite


@contextmanager
def locked(settings):
    """Hold the write lock as another process does."""
    path = settings.sqlalchemy_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
        if other.in_transaction:
            other.execute("ROLLBACK")


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def loop(settings, engine, pauses):
    """Transactions as the web process has them; `pauses` is what others get to do while one waits."""

    def pause(seconds):
        time.sleep(seconds)
        for others in pauses:
            others()

    work = unwaiting(settings.sqlalchemy_url, pause)
    yield work
    work.engine.dispose()


def append(work, clock, kind=EventKind.CAMERA_ADDED):
    work.events.append(Event(kind, clock.now()))


def test_who_writes_lets_others_go_on_until_the_lock_is_free(loop, settings, clock, pauses):
    went_on = []
    with locked(settings) as other:

        def read_and_end():
            with loop.reading() as work:
                went_on.append(work.events.last_id())
            if len(went_on) == 5:
                other.execute("ROLLBACK")

        pauses.append(read_and_end)
        with loop() as work:
            append(work, clock)
            work.commit()
    assert went_on == [0] * 5
    with loop.reading() as work:
        assert work.events.last_id() == 1


def test_the_thread_itself_never_waits_for_sqlite(loop, settings, clock):
    paused_at_s = []
    engine = open_engine(
        settings.sqlalchemy_url, busy_timeout_s=0.2, pause=lambda _: paused_at_s.append(time.monotonic())
    )
    with locked(settings), pytest.raises(DatabaseBusy), SQLUnitOfWorkFactory(engine)() as work:
        append(work, clock)
    gaps_s = [after - before for before, after in pairwise(paused_at_s)]
    assert len(gaps_s) > 20
    assert sorted(gaps_s)[len(gaps_s) // 2] < 0.01


def test_reads_go_on_however_many_wait_to_write(loop, settings, clock):
    def write():
        with loop() as work:
            append(work, clock)
            work.commit()

    with locked(settings):
        writers = [threading.Thread(target=write) for _ in range(30)]
        for writer in writers:
            writer.start()
        time.sleep(0.2)
        began_s = time.monotonic()
        with loop.reading() as work:
            assert work.events.last_id() == 0
        assert time.monotonic() - began_s < 1
    for writer in writers:
        writer.join()
    with loop.reading() as work:
        assert work.events.last_id() == 30


def test_lines_of_the_trail_wait_without_holding_up_anyone_and_come_in_their_order(loop, settings, clock):
    audit = AuditService(loop, clock)
    with locked(settings):
        began_s = time.monotonic()
        for name in ("alice", "bob", "charlie"):
            audit.note(EventKind.PICTURE_VIEWED, name, incident=1)
        loop.by_the_way(lambda work: work.settings.put("left", "out"), is_kept=False)
        assert time.monotonic() - began_s < 0.2
        loop.later.catch_up()
        assert len(loop.later) == 3
    audit.note(EventKind.PICTURE_VIEWED, "dora", incident=1)
    while len(loop.later):
        loop.later.catch_up()
    found = audit.search(AuditFilter()).events
    assert [event.actor for event in reversed(found)] == ["alice", "bob", "charlie", "dora"]
    with loop.reading() as work:
        assert work.settings.get("left") is None


def test_a_write_that_can_never_succeed_keeps_back_no_other(settings, engine, clock):
    loop = unwaiting(settings.sqlalchemy_url, time.sleep)
    with locked(settings):
        loop.by_the_way(lambda work: work.events.last_id() / 0)
        loop.by_the_way(lambda work: append(work, clock))
    loop.later.catch_up()
    loop.later.catch_up()
    assert len(loop.later) == 0
    with loop.reading() as work:
        assert work.events.last_id() == 1
    loop.engine.dispose()


def test_more_than_can_be_kept_waits_like_any_other_write(monkeypatch):
    monkeypatch.setattr("webapp.storage.db.transactions.later_writes._MOST_WAITING", 1)

    def refuse():
        raise DatabaseBusy("busy", fault="locked")

    patient = FakeUnitOfWorkFactory()
    later = LaterWrites(refuse, patient)
    later.add(lambda work: work.settings.put("first", "1"), is_kept=True)
    later.add(lambda work: work.settings.put("second", "2"), is_kept=True)
    assert patient.tables.settings == {"second": "2"}
