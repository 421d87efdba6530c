"""What has the id of something that is gone would be taken for it: by an address, an open page, a frame slot."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, inspect, select, table, text

from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.secrets import secret_hash
from webapp.services.use_cases import UseCases
from webapp.storage.db.engine import _alembic_config, migrate, open_engine

# Nothing outside the database ever has one of these ids.
_UNNAMED = {
    "snapshots", "incident_scores", "track_scores", "expression_counts", "incident_days", "incident_facets", "clips"
}  # fmt: skip
pytestmark = [pytest.mark.security, pytest.mark.sqlite]


@pytest.fixture
def before(tmp_path: Path) -> Iterator[Engine]:
    """A database as it was when ids were used again."""
    engine = open_engine(f"sqlite:///{tmp_path / 'before.sqlite3'}")
    migrate(engine, "0010")
    yield engine
    engine.dispose()


def test_every_table_whose_ids_leave_the_database_counts_on(engine: Engine) -> None:
    with engine.connect() as connection:
        tables = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all()
    reusing = {name for name, sql in tables if "\tid INTEGER" in sql and "AUTOINCREMENT" not in sql}
    assert reusing == _UNNAMED


def test_a_new_camera_is_another_one_than_the_one_that_is_gone(use_cases: UseCases) -> None:
    gone = use_cases.cameras.add(CameraForm("Lobby", "demo:"))
    use_cases.cameras.remove(gone.camera_id)
    new = use_cases.cameras.add(CameraForm("Lobby", "demo:"))
    assert new.camera_id > gone.camera_id


def test_a_new_session_is_another_one_than_the_one_that_is_over(use_cases: UseCases) -> None:
    alice = use_cases.accounts.add("Alice", "staff", "a long password")
    ids = []
    for _ in range(2):
        (session,) = use_cases.sessions.watching([secret_hash(use_cases.sessions.begin(alice))]).values()
        use_cases.sessions.end(session.session_id)
        ids.append(session.session_id)
    assert ids[1] > ids[0]


def test_bringing_a_database_up_to_date_and_back_changes_no_row_index_or_reference(before: Engine) -> None:
    with before.begin() as connection:
        _fill(connection)
    shape, rows = _shape(before), _rows(before)
    migrate(before, "0011")
    assert _shape(before) == shape
    assert _rows(before) == rows
    with before.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    command.downgrade(_alembic_config(before), "0010")
    assert _shape(before) == shape
    assert _rows(before) == rows


def test_ids_that_only_events_remember_are_not_used_again_either(before: Engine) -> None:
    with before.begin() as connection:
        _fill(connection)
        for kind, payload in (("camera_removed", '{"camera_id": 40}'), ("rule_changed", '{"camera_id": null}')):
            values = {"kind": kind, "payload": payload}
            connection.execute(
                text("INSERT INTO events (kind, at, payload) VALUES (:kind, '2026-03-02', :payload)"), values
            )
    migrate(before, "0011")
    with before.begin() as connection:
        _add_camera(connection, "Terrace")
        assert connection.execute(text("SELECT max(id) FROM cameras")).scalar() == 41


def _add_camera(connection: Connection, name: str) -> None:
    connection.execute(text(
        "INSERT INTO cameras (name, name_key, url, username, enabled, revision, state)"
        " VALUES (:name, :name, 'demo:', '', 1, 1, 'online')"
    ), {"name": name})  # fmt: skip


def _fill(connection: Connection) -> None:
    """Put in a row of each kind that refers to another."""
    _add_camera(connection, "Bar")
    for row in (
        "users VALUES (3, 'alice', 'alice', 'staff', 1, 1, 'hash', NULL, NULL, 0)",
        "sessions VALUES (5, 3, 'hash', 1, '', '', '2026-03-02', '2026-03-02', '2026-03-03')",
        "alert_rules (id, camera_id) VALUES (2, 1)",
        "kiosks (camera_id, shows_self, device) VALUES (1, 0, '')",
        "incidents (id, camera_id, camera_name, track_id, emotion, state, started_at, opened_at, peak_score, note)"
        " VALUES (7, 1, 'Bar', 1, 'angry', 'new', '2026-03-02', '2026-03-02', 0.5, '')",
        "events (kind, at, payload, incident_id) VALUES ('incident_opened', '2026-03-02', '{\"incident_id\": 7}', 7)",
        "incident_scores (incident_id, started_at, points) VALUES (7, '2026-03-02', x'00')",
    ):
        connection.execute(text(f"INSERT INTO {row}"))


def _shape(engine: Engine) -> dict[str, object]:
    """Return all that a table is beside its rows and its counter."""
    known = inspect(engine)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in known.get_columns(table)],
            sorted(map(str, known.get_indexes(table))),
            sorted(map(str, known.get_foreign_keys(table))),
            sorted(map(str, known.get_unique_constraints(table))),
            sorted(map(str, known.get_check_constraints(table))),
        )
        for table in known.get_table_names()
    }


def _rows(engine: Engine) -> dict[str, object]:
    with engine.connect() as connection:
        tables = set(inspect(engine).get_table_names()) - {"alembic_version"}
        return {name: connection.execute(select(text("*")).select_from(table(name))).all() for name in tables}
