"""An installation of before: who resolved what nobody had taken was stored as the one who had acknowledged it."""

import pytest
from alembic import command
from sqlalchemy import Engine, text

from webapp.storage.db.engine import _alembic_config, migrate, open_engine

TAKEN_THEN, RESOLVED_THEN = "2026-03-02 09:00:30.000000", "2026-03-02 09:05:00.000000"
INSERT = text(
    "INSERT INTO incidents (id, camera_name, track_id, emotion, state, started_at, opened_at, peak_score, note, "
    "acknowledged_at, acknowledged_by, resolved_at, resolved_by, outcome) VALUES "
    "(:id, 'Bar', 1, 'angry', 'resolved', '2026-03-02 09:00:00', '2026-03-02 09:00:00', 0.8, '', "
    ":taken_at, :taken_by, :resolved_at, :resolved_by, 'no_action')"
)


@pytest.fixture
def before(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'amends.db'}")
    migrate(engine, "0016")
    with engine.begin() as connection:
        for number, (taken_at, taken_by) in enumerate(
            [(RESOLVED_THEN, "bob"), (TAKEN_THEN, "alice"), (TAKEN_THEN, "bob"), (RESOLVED_THEN, "alice")], 1
        ):
            row = {"id": number, "taken_at": taken_at, "taken_by": taken_by}
            connection.execute(INSERT, {**row, "resolved_at": RESOLVED_THEN, "resolved_by": "bob"})
    yield engine
    engine.dispose()


def taken(engine: Engine) -> list[str | None]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT acknowledged_by FROM incidents ORDER BY id")))


def test_only_who_did_both_at_the_very_same_moment_has_never_acknowledged_it(before: Engine) -> None:
    migrate(before)
    assert taken(before) == [None, "alice", "bob", "alice"]


def test_and_back(before: Engine) -> None:
    migrate(before)
    command.downgrade(_alembic_config(before), "0016")
    assert taken(before) == ["bob", "alice", "bob", "alice"]
