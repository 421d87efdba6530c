import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.unit.services.alerts.alert_decisions import JPEG, OPENED
from webapp.domain.cameras.cameras import CameraState, StateReason
from webapp.domain.events import Event, EventKind
from webapp.errors import IncidentConflict
from webapp.services.cameras.camera_settings import CameraForm
from webapp.storage.db.engine import _alembic_config, check_migrations, migrate, open_engine
from webapp.storage.db.revisions import known_revisions
from webapp.storage.site.keys import load_or_create_key
from webapp.storage.unit_of_work import SQLUnitOfWork


@pytest.mark.sqlite
def test_the_database_is_in_wal_mode_with_foreign_keys(engine):
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_the_migrations_make_the_tables_that_the_code_expects(engine):
    check_migrations(engine)


@pytest.mark.sqlite
def test_what_refers_to_a_row_is_found_by_an_index_when_the_row_is_deleted(engine):
    """Every foreign key that is set to NULL: without one, a batch of 200 took seconds in a log of 100,000."""
    with engine.connect() as connection:
        indexed = {
            connection.execute(text(f"PRAGMA index_info({name})")).first().name
            for name in connection.execute(text("SELECT name FROM pragma_index_list('incidents')")).scalars()
        }
        referring = connection.execute(text("SELECT \"from\" FROM pragma_foreign_key_list('incidents')")).scalars()
        assert set(referring) <= indexed


def test_migrating_twice_changes_nothing(engine):
    migrate(engine)


def test_of_ten_people_who_acknowledge_at_once_one_wins(use_cases, clock):
    camera = use_cases.cameras.add(CameraForm("Desk", "demo:"))
    use_cases.recorder.record(camera, [OPENED], JPEG)
    use_cases.recorder.flush()
    incident_id = use_cases.incidents.open_incidents()[0].incident_id
    outcomes, start = [], threading.Barrier(10)

    def acknowledge(name):
        start.wait()
        try:
            outcomes.append(use_cases.incidents.acknowledge(incident_id, name).acknowledged_by)
        except IncidentConflict as conflict:
            outcomes.append(conflict)

    threads = [threading.Thread(target=acknowledge, args=(f"person {number}",)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(winners) == 1
    assert all(winners[0] in str(outcome) for outcome in outcomes)


def test_what_is_not_committed_is_not_kept(unit_of_work, clock):
    with unit_of_work() as work:
        work.events.append(Event(EventKind.CAMERA_ADDED, clock.now()))
    with unit_of_work() as work:
        assert work.events.last_id() == 0


def test_event_ids_rise_and_are_never_used_twice(unit_of_work, engine, clock):
    def append():
        with unit_of_work() as work:
            stored = work.events.append(Event(EventKind.CAMERA_ADDED, clock.now()))
            work.commit()
        return stored.event_id

    first, second = append(), append()
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM events"))
    assert first < second < append()


def test_times_come_back_aware(unit_of_work, clock):
    with unit_of_work() as work:
        work.events.append(Event(EventKind.CAMERA_ADDED, clock.now()))
        work.commit()
    with unit_of_work() as work:
        assert work.events.after(0, limit=1)[0].at == clock.now()


def test_a_naive_time_is_refused(unit_of_work, clock):
    with unit_of_work() as work, pytest.raises(Exception, match="aware"):
        work.events.append(Event(EventKind.CAMERA_ADDED, clock.now().replace(tzinfo=None)))


def test_processes_that_start_at_once_agree_on_one_key(tmp_path):
    keys, start = [], threading.Barrier(8)

    def load(number):
        start.wait()
        keys.append(load_or_create_key(tmp_path / "a.key", bytes([number]) * 32))

    threads = [threading.Thread(target=load, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1


def test_the_data_folder_is_made_for_its_owner_only(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'new' / 'amends.sqlite3'}")
    migrate(engine)
    engine.dispose()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_why_a_camera_was_offline_survives_bringing_a_database_up_to_date_and_back(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'amends.sqlite3'}")
    migrate(engine, "0009")
    with engine.begin() as connection:
        for name, state, reason in (
            ("Bar", "offline", "No picture came within 5 s: 100 % loss."),
            ("Desk", "online", "Closed until Monday 07:00: nothing is analysed"),
            ("Lobby", "online", ""),
        ):
            values = {"name": name, "state": state, "reason": reason}
            connection.execute(text(
                "INSERT INTO cameras (name, name_key, url, username, enabled, revision, state, state_reason, place)"
                " VALUES (:name, :name, 'demo:', '', 1, 1, :state, :reason, '')"
            ), values)  # fmt: skip
    migrate(engine)
    with SQLUnitOfWork(engine) as work:
        bar, desk, lobby = work.cameras.list()
        assert str(bar.state_reason) == "No picture came within 5 s: 100 % loss."
        assert (desk.state, desk.state_reason, lobby.state_reason) == (CameraState.ONLINE, None, None)
        reason = StateReason("no picture for %(seconds)s s", {"seconds": "5"}, "camera_stalled")
        work.cameras.set_state(replace(lobby, state=CameraState.OFFLINE, state_reason=reason))
        work.cameras.set_state(replace(desk, state=CameraState.CLOSED, opens_at=datetime(2026, 3, 2, 7, tzinfo=UTC)))
        work.commit()
    with engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(text("UPDATE cameras SET state = 'asleep'"))
    command.downgrade(_alembic_config(engine), "0009")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT state, state_reason FROM cameras ORDER BY name")).all() == [
            ("offline", "No picture came within 5 s: 100 % loss."),
            ("online", ""),
            ("offline", "no picture for 5 s"),
        ]
    engine.dispose()


def test_bringing_a_database_up_to_date_keeps_what_belongs_to_its_incidents(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'amends.sqlite3'}")
    migrate(engine, "0008")
    with engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO incidents (id, camera_name, track_id, emotion, state, started_at, opened_at, peak_score, note)"
            " VALUES (7, 'Desk', 1, 'angry', 'new', '2026-03-02 09:00', '2026-03-02 09:01', 0.5, '')"
        ))  # fmt: skip
        connection.execute(text(
            "INSERT INTO events (kind, at, payload, incident_id) VALUES ('incident_opened', '2026-03-02', '{}', 7)"
        ))  # fmt: skip
    migrate(engine)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT incident_id FROM events")).all() == [(7,)]
        assert connection.execute(text("SELECT level, again_id FROM incidents")).all() == [("low", None)]
        with pytest.raises(IntegrityError):
            connection.execute(text("UPDATE incidents SET again_id = 99"))
    engine.dispose()


def test_a_process_starts_although_another_one_writes_for_long(tmp_path):
    url = f"sqlite:///{tmp_path / 'amends.sqlite3'}"
    migrate(open_engine(url))
    with open_engine(url).connect() as writing:
        writing.execute(text("UPDATE settings SET value = value"))
        migrate(open_engine(url, busy_timeout_s=0.0))


def test_the_newest_schema_is_known_without_alembic(engine):
    head = ScriptDirectory.from_config(_alembic_config(engine)).get_current_head()
    assert max(known_revisions()) == head
    code = "import sys, webapp.cli.processes.installation; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
