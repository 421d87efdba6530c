"""PostgreSQL, where one writes and the others wait: nobody who is lost, waits or tidies up keeps the others from it."""

import threading
import time
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Double,
    LargeBinary,
    MetaData,
    NullPool,
    Table,
    Text,
    create_engine,
    text,
)

from tests.support.empty_database import postgres_database
from webapp.domain.alerts.incidents import Incident
from webapp.domain.events import Event, EventKind
from webapp.domain.site.storage_faults import StorageFault
from webapp.domain.vision.emotions import Emotion
from webapp.errors import DatabaseFailed
from webapp.storage.db.engine import PATIENT_S, open_engine
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory, unwaiting

pytestmark = pytest.mark.postgres
_SESSIONS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")


@pytest.fixture
def url(postgres):
    return postgres_database(postgres)


@contextmanager
def opened(url, **options):
    engine = open_engine(url, **options)
    try:
        yield engine
    finally:
        engine.dispose()


def shown(engine, name):
    with engine.connect() as connection:
        return connection.scalar(text(f"SHOW {name}"))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "30s"),
        ({"busy_timeout_s": 0.02}, "30s"),
        ({"busy_timeout_s": 0.2, "watches_in_cluster": True}, "5s"),
        ({"answer_timeout_s": PATIENT_S}, "1h"),
    ],
)
def test_the_server_ends_a_transaction_that_says_nothing_any_more(url, options, expected):
    with opened(url, **options) as engine:
        assert shown(engine, "idle_in_transaction_session_timeout") == expected


def test_the_server_looks_within_a_minute_for_a_machine_that_is_lost(url):
    with opened(url) as engine:
        asked = [int(shown(engine, f"tcp_keepalives_{name}")) for name in ("idle", "interval", "count")]
        assert asked == [30, 10, 3]
        assert shown(engine, "tcp_user_timeout") in ("60000", "1min")


def test_a_transaction_that_the_server_ended_fails_as_with_a_server_that_is_away(url):
    with opened(url) as stopped, opened(url) as other, stopped.connect() as connection:
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '100ms'"))
        time.sleep(0.5)
        with other.begin() as writing:  # It does not hold the others up any more.
            writing.execute(text("SELECT 1"))
        with pytest.raises(DatabaseFailed) as failed:
            connection.execute(text("SELECT 1"))
        assert failed.value.fault is StorageFault.AWAY


def test_writers_that_wait_leave_connections_to_others_and_pages_are_read_meanwhile(url, clock):
    work, faults = unwaiting(url, time.sleep), []

    def write():
        try:
            with work() as writing:
                writing.events.append(Event(EventKind.CAMERA_ADDED, clock.now()))
                writing.commit()
        except DatabaseFailed as error:
            faults.append(error)

    writers = [threading.Thread(target=write) for _ in range(40)]
    with opened(url) as other, other.connect() as holding:
        holding.execute(text("SELECT 1"))
        for writer in writers:
            writer.start()
        time.sleep(1)
        assert holding.scalar(_SESSIONS) <= 20
        began_s = time.monotonic()
        work.by_the_way(lambda by: by.events.append(Event(EventKind.CAMERA_ADDED, clock.now())))
        with work.reading() as reading:
            assert reading.events.last_id() == 0
        assert time.monotonic() - began_s < 2
    for writer in writers:
        writer.join(30)
    assert faults == []
    with work.reading() as reading:
        assert reading.events.last_id() == len(writers)
    work.later.catch_up()
    assert len(work.later) == 0
    for engine in (work.engine, work._reading_engine):
        engine.dispose()


def test_when_none_becomes_free_a_writer_learns_in_time_that_the_database_is_busy(url):
    with opened(url, busy_timeout_s=0.5, most_waiting=0) as engine, ExitStack() as kept:
        for _ in range(5):
            kept.enter_context(closing(engine.raw_connection()))
        began_s = time.monotonic()
        with pytest.raises(DatabaseFailed) as failed:
            engine.connect()
        assert failed.value.fault is StorageFault.LOCKED
        assert time.monotonic() - began_s < 5


def test_days_are_added_up_while_the_server_tidies_the_incidents_up(postgres, clock):
    url = postgres_database(postgres)
    at = clock.now() - timedelta(days=3)
    admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with opened(url, busy_timeout_s=1.0) as engine, admin.connect() as tidying:
        work = SQLUnitOfWorkFactory(engine)
        with work() as writing:
            writing.incidents.add(Incident(None, "Bar", 1, Emotion.ANGRY, at, at, 0.7), None)
            writing.commit()
        tidying.execute(text("BEGIN"))
        tidying.execute(text("LOCK TABLE incidents IN SHARE UPDATE EXCLUSIVE MODE"))  # As VACUUM does.
        with work() as writing:
            assert writing.incidents.add_up_next(clock.now() - timedelta(days=1))
            writing.commit()
        tidying.execute(text("ROLLBACK"))


@pytest.fixture
def odd_url(url):
    """A database of which an operator has set what others of its users want."""
    odd = {
        "default_transaction_isolation": "repeatable read",
        "datestyle": "German",
        "bytea_output": "escape",
        "extra_float_digits": "-5",
        "standard_conforming_strings": "off",
        "client_encoding": "LATIN1",
        "timezone": "America/New_York",
    }
    admin = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        for name, value in odd.items():
            connection.execute(text(f"ALTER DATABASE \"{admin.url.database}\" SET {name} = '{value}'"))
    return url


def test_no_writer_overtakes_another_whatever_isolation_the_database_has(odd_url):
    def count():
        with opened(odd_url) as engine:
            work = SQLUnitOfWorkFactory(engine)
            for _ in range(10):
                with work() as writing:
                    writing.settings.put("test", str(int(writing.settings.get("test") or 0) + 1))
                    writing.commit()

    writers = [threading.Thread(target=count) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    with opened(odd_url) as engine, SQLUnitOfWorkFactory(engine).reading() as reading:
        assert reading.settings.get("test") == "40"


def test_values_come_back_as_they_went_whatever_form_the_database_has(odd_url):
    values = {
        datetime: datetime(2026, 3, 4, 5, 6, 7, 89),
        bytes: b"\x00\\\xff'",
        float: 0.1234567890123456,
        str: "a\\'b ü😀\t%_",
        date: date(2026, 3, 4),
    }
    kinds = {datetime: DateTime(), bytes: LargeBinary(), float: Double(), str: Text(), date: Date()}
    table = Table("forms", MetaData(), *(Column(kind.__name__, of_database) for kind, of_database in kinds.items()))
    with opened(odd_url) as engine, engine.connect() as connection:
        table.create(connection)
        connection.execute(table.insert(), {kind.__name__: value for kind, value in values.items()})
        assert tuple(connection.execute(table.select()).one()) == tuple(values.values())


@pytest.mark.parametrize("microsecond", [0, 1, 120_000, 999_999])
def test_times_come_back_as_they_went(url, microsecond):
    at = datetime(2026, 3, 29, 2, 30, 59, microsecond)
    with opened(url) as engine, engine.connect() as connection:
        assert connection.scalar(text("SELECT CAST(:at AS timestamp)"), {"at": at}) == at
