"""A database is copied to PostgreSQL and back, and nothing of it changes."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, inspect, select, text

from tests.integration.storage.copying.conftest import Opener
from tests.servers.cluster.postgresql import PostgresServer
from tests.support.clocks import FakeClock
from tests.support.empty_database import postgres_database
from tests.support.web_app import WebApp
from webapp.settings import load_settings
from webapp.storage.db.copying.database_copy import copy_database
from webapp.storage.db.copying.table_reading import all_tables
from webapp.storage.db.engine import check_migrations, migrate
from webapp.storage.db.sign_in_tables import RecoveryCodeRow
from webapp.storage.db.tables import EventRow, UserRow

pytestmark = pytest.mark.postgres


def test_a_copy_of_a_copy_has_the_checksums_of_the_first(
    filled_url: str, empty_url: str, tmp_path: Path, opened: Opener
) -> None:
    first, there, back = opened(filled_url), opened(empty_url), opened(f"sqlite:///{tmp_path}/back.sqlite3")
    to_postgres, to_sqlite = copy_database(first, there), copy_database(there, back)
    assert to_postgres == to_sqlite
    assert [one.source_checksum for one in to_postgres] == [one.target_checksum for one in to_postgres]
    assert {one.name: one.rows for one in to_sqlite} == dict.fromkeys((table.name for table in all_tables()), 8)
    check_migrations(there)
    with first.connect() as before, back.connect() as after:
        for table in all_tables():  # As SQLite keeps it, to the byte.
            assert _rows(before, table.name) == _rows(after, table.name)


def _rows(connection: Connection, table: str) -> list[tuple[object, ...]]:
    return sorted(map(tuple, connection.execute(select(text("*")).select_from(text(table)))), key=repr)


def test_no_table_is_forgotten(filled_url: str, opened: Opener) -> None:
    known = {table.name for table in all_tables()}
    assert known | {"alembic_version"} == set(inspect(opened(filled_url)).get_table_names())


@pytest.mark.parametrize("target", ["without tables", "of this version"])
def test_ids_go_on_behind_the_highest_that_was_ever_given_out(
    filled_url: str, postgres: PostgresServer, tmp_path: Path, opened: Opener, target: str
) -> None:
    first = opened(filled_url)
    with first.begin() as connection:
        connection.execute(text("DELETE FROM users WHERE id = 8"))
        connection.execute(text("DELETE FROM recovery_codes"))
    is_new = target == "without tables"
    there = opened(postgres_database(postgres, "template0") if is_new else postgres_database(postgres))
    back = opened(f"sqlite:///{tmp_path}/back.sqlite3")
    if not is_new:
        migrate(back)
    copy_database(first, there)
    with there.begin() as connection:
        assert _next_ids(connection, "Zed") == (9, 9, 9)
    copy_database(there, back)
    with back.begin() as connection:
        assert _next_ids(connection, "Ann") == (10, 10, 10)


def _next_ids(connection: Connection, name: str) -> tuple[int, ...]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    user = {"name": name, "name_key": name.lower(), "role": "staff"}
    user |= {"enabled": True, "session_epoch": 1, "password_hash": ""}
    added = (
        insert(UserRow).values(user).returning(UserRow.id),
        insert(EventRow).values(kind="backup_made", at=at, payload={}).returning(EventRow.id),
        insert(RecoveryCodeRow).values(user_id=1, code_hash=name).returning(RecoveryCodeRow.id),
    )
    return tuple(connection.execute(statement).scalar_one() for statement in added)


def test_the_pages_show_the_same_from_the_copy(
    tmp_path: Path, empty_url: str, opened: Opener, clock: FakeClock
) -> None:
    here = load_settings(data_dir=tmp_path / "var", runtime_dir=tmp_path / "slots", database_url="")
    engine = opened(here.sqlalchemy_url)
    migrate(engine)
    before = WebApp(here, engine, clock)
    before.add_people()
    camera = before.add_camera("Zoë’s bar")
    for peak in (0.5, 0.7, 0.9):
        before.add_incident(camera, peak=peak, jpeg=b"jpeg")
    before.services.incidents.acknowledge(2, "alice")
    before.services.incidents.resolve(2, "alice", "recovered", "Brought a cup of tea.")
    there = opened(empty_url)
    copy_database(engine, there)
    after = WebApp(here.model_copy(update={"database_url": empty_url}), there, clock)
    for path in ("/incidents", "/incidents?text=cup+of+tea", "/incidents/2", "/admin/users"):
        shown = [_shown(web, path) for web in (before, after)]
        assert shown[0] == shown[1], path
    assert after.browser("alice").client.get("/incidents/1/snapshot.jpg").data == b"jpeg"


def _shown(web: WebApp, path: str) -> list[str]:
    """Return what a page says, but for what each request has of its own."""
    page = web.browser("root").client.get(path)
    assert page.status_code == 200
    return [line for line in page.text.splitlines() if "csrf" not in line and "nonce" not in line]


def test_the_copy_takes_any_note_and_finds_its_words(tmp_path: Path, postgres: PostgresServer, opened: Opener) -> None:
    url = postgres_database(postgres)
    settings = load_settings(data_dir=tmp_path / "var", runtime_dir=tmp_path / "slots", database_url=url)
    web = WebApp(settings, opened(url))
    web.add_people()
    camera = web.add_camera()
    for number, note in ((1, "".join(map(chr, range(0x4E00, 0x4E00 + 1990))) + " tea"), (2, "cup\0tea")):
        web.add_incident(camera)
        answer = web.browser("bob").post("/incidents/resolve", incident=str(number), outcome="recovered", note=note)
        assert answer.status_code < 500
    assert web.services.incidents.get(1).note.endswith(" tea")
    found = web.browser("bob").client.get("/incidents?q=TEA").text
    assert "/incidents/1" in found
