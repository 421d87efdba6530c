"""Units of work that only read: they hold up nobody, and nothing is written through them."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from tests.unit.services.alerts.alert_decisions import JPEG, OPENED
from webapp.domain.events import Event, EventKind
from webapp.errors import DatabaseBusy
from webapp.services.cameras.camera_settings import CameraForm
from webapp.storage.db.engine import open_engine
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory


@pytest.fixture
def other_process(settings, engine):
    """The same file through connections of its own, as another process has it; it waits for nobody."""
    other = open_engine(settings.sqlalchemy_url, busy_timeout_s=0.0)
    yield SQLUnitOfWorkFactory(other)
    other.dispose()


def test_a_reader_that_takes_a_second_holds_up_no_alert(use_cases, other_process):
    camera = use_cases.cameras.add(CameraForm("Desk", "demo:"))
    is_reading, may_end = threading.Event(), threading.Event()
    seen = []

    def read_slowly():
        with other_process.reading() as work:
            seen.append(work.events.last_id())
            is_reading.set()
            may_end.wait(1.0)
            seen.append(work.events.last_id())

    reader = threading.Thread(target=read_slowly)
    reader.start()
    assert is_reading.wait(5.0)
    began_s = time.monotonic()
    use_cases.recorder.record(camera, [OPENED], JPEG)
    use_cases.recorder.flush()
    took_s = time.monotonic() - began_s
    may_end.set()
    reader.join()
    assert len(use_cases.incidents.open_incidents()) == 1
    assert took_s < 0.5
    assert seen[0] == seen[1], "a reader sees one state of the log, whatever is written meanwhile"


def test_a_reader_does_not_wait_for_a_writer(unit_of_work, other_process, clock):
    with unit_of_work() as work:
        work.events.append(Event(EventKind.CAMERA_ADDED, clock.now()))
        with other_process.reading() as reading:
            assert reading.events.last_id() == 0
        with pytest.raises(DatabaseBusy), other_process() as writing:
            writing.events.last_id()
        work.commit()


@pytest.mark.parametrize(
    "write",
    [
        lambda work, now: work.events.append(Event(EventKind.CAMERA_ADDED, now)),
        lambda work, now: work.invitations.remove_expired(now),
        lambda work, now: work.settings.put("key", "value"),
    ],
)
def test_a_write_in_a_unit_of_work_that_reads_fails(unit_of_work, clock, write):
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), unit_of_work.reading() as work:
        write(work, clock.now())


def test_a_change_left_to_be_written_fails_at_the_end_of_a_unit_of_work_that_reads(unit_of_work, use_cases, clock):
    user = use_cases.accounts.add("alice", "staff", "correct horse battery")
    use_cases.sessions.begin(user)
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), unit_of_work.reading() as work:
        work.sessions.note_seen(1, clock.now() + timedelta(hours=1))


def test_a_connection_that_read_writes_again_the_next_time(unit_of_work, clock):
    for _ in range(3):
        with unit_of_work.reading() as reading:
            reading.events.last_id()
        with unit_of_work() as work:
            work.events.append(Event(EventKind.CAMERA_ADDED, clock.now()))
            work.commit()
