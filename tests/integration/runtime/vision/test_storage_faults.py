"""The database cannot be written: alerts are shown all the same, frames go on, and later all is stored in order."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.clocks import FakeClock
from tests.support.fleets import VisionInHand
from tests.unit.services.alerts.alert_decisions import JPEG, OPENED
from webapp.domain.alerts.incidents import Incident
from webapp.domain.events import EventKind
from webapp.domain.site.storage_faults import StorageFault
from webapp.errors import DatabaseFailed
from webapp.runtime.processes.storage_notes import StorageNote, StorageNotes
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.ports import IncidentFilter
from webapp.services.use_cases import UseCases
from webapp.settings import Settings
from webapp.storage.db.engine import open_engine
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory


@pytest.fixture
def impatient(settings: Settings, engine: Engine) -> Iterator[Engine]:
    """Open the database as vision does."""
    own = open_engine(settings.sqlalchemy_url, busy_timeout_s=0.02)
    yield own
    own.dispose()


@pytest.fixture
def vision(settings: Settings, use_cases: UseCases, impatient: Engine, clock: FakeClock) -> VisionInHand:
    unit_of_work = SQLUnitOfWorkFactory(impatient)
    use_cases.recorder.unit_of_work = unit_of_work
    vision = VisionInHand(settings, use_cases, unit_of_work, clock)
    vision.alerts.report = StorageNote(settings.slots_dir, "vision").write
    use_cases.cameras.add(CameraForm("Bar", "demo:"))
    vision.pass_time(0.5)  # It is watched before anything is wrong.
    return vision


@contextmanager
def locked(database: Path, _engine: Engine) -> Iterator[None]:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


_FILLER = "INSERT INTO events (kind, at, payload) VALUES ('picture_viewed', '2026-01-01 00:00:00', '{}')"


@contextmanager
def full(_database: Path, engine: Engine) -> Iterator[None]:
    """Let the file grow no more, for the one connection that a single thread uses, and use up what is free in it."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")  # SQLite takes the size that it has.
    with suppress(DatabaseFailed):
        while True:
            with engine.begin() as connection:
                connection.exec_driver_sql(_FILLER)
    yield
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")


def all_incidents(use_cases: UseCases) -> list[Incident]:
    return list(use_cases.incidents.search(IncidentFilter()).incidents)


@pytest.mark.parametrize(("cause", "fault"), [(locked, StorageFault.LOCKED), (full, StorageFault.FULL)])
def test_an_alert_that_cannot_be_stored_is_shown_and_stored_once_later(
    vision: VisionInHand,
    use_cases: UseCases,
    settings: Settings,
    impatient: Engine,
    cause: Callable[[Path, Engine], Iterator[None]],
    fault: StorageFault,
) -> None:
    notes = StorageNotes(settings.slots_dir)
    with cause(Path(settings.sqlalchemy_url.removeprefix("sqlite:///")), impatient):
        vision.pass_time(4)
        began_s, read_before = time.monotonic(), vision.read_count
        vision.pass_time(10)
        assert vision.read_count - read_before >= 19, "frames are analysed as before"
        assert time.monotonic() - began_s < 3
        assert all_incidents(use_cases) == []
        shown = notes.state()
        assert shown.fault is fault
        assert [(alert.camera, alert.ended_at) for alert in shown.alerts] == [("Bar", None)]
    vision.pass_time(2)
    (incident,) = all_incidents(use_cases)
    assert (incident.camera_id, incident.started_at) == (shown.alerts[0].camera_id, shown.alerts[0].started_at)
    assert notes.state().fault is None
    assert notes.state().alerts == ()
    kinds = [event.kind for event in use_cases.dashboard.events_after(0, limit=5000)]
    assert kinds.count(EventKind.INCIDENT_OPENED) == 1


def test_a_lock_of_a_moment_is_no_news(vision: VisionInHand, settings: Settings, impatient: Engine) -> None:
    vision.pass_time(0.5)
    with locked(Path(settings.sqlalchemy_url.removeprefix("sqlite:///")), impatient):
        while not vision.alerts.recorder.pending_count:
            vision.pass_time(0.5)
    assert StorageNotes(settings.slots_dir).state().fault is None


def test_vision_that_starts_while_nothing_can_be_stored_watches_and_alerts(
    vision: VisionInHand, use_cases: UseCases, settings: Settings, impatient: Engine, clock: FakeClock
) -> None:
    vision.pass_time(4)
    (before,) = all_incidents(use_cases)
    clock.advance(3600)
    work = SQLUnitOfWorkFactory(impatient)
    with locked(Path(settings.sqlalchemy_url.removeprefix("sqlite:///")), impatient):
        adapters = replace(use_cases.adapters, unit_of_work=work)
        again = VisionInHand(settings, UseCases(settings, adapters), work, clock)
        again.use_cases.recorder.unit_of_work = work
        again.alerts.report = StorageNote(settings.slots_dir, "vision").write
        while not again.read_count:  # That a slot was replaced is noticed after a while.
            again.pass_time(0.5)
        again.pass_time(4)
        assert len(StorageNotes(settings.slots_dir).state().alerts) == 1
    again.pass_time(2)
    new, old = all_incidents(use_cases)
    assert (old.incident_id, old.ended_at) == (before.incident_id, old.seen_at)
    assert new.ended_at is None


def test_what_waits_for_a_lock_is_stored_before_the_process_ends(
    vision: VisionInHand, use_cases: UseCases, settings: Settings, impatient: Engine
) -> None:
    database = Path(settings.sqlalchemy_url.removeprefix("sqlite:///"))
    other = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    vision.pass_time(4)
    timer = threading.Timer(0.3, other.execute, ["ROLLBACK"])
    timer.start()
    vision.vision.close()
    timer.join()
    other.close()
    assert len(all_incidents(use_cases)) == 1


def test_where_decisions_wait_for_long_the_alerts_stay_and_pictures_go(use_cases: UseCases) -> None:
    camera = use_cases.cameras.add(CameraForm("Desk", "demo:"))
    recorder = use_cases.recorder
    for episode in range(600):
        recorder.record(camera, [replace(OPENED, episode=episode)], JPEG)
    assert recorder.pending_count == 600
    recorder.flush()
    with_picture = [incident.has_snapshot for incident in use_cases.incidents.open_incidents(limit=1000)]
    assert (len(with_picture), sum(with_picture)) == (600, 500)
