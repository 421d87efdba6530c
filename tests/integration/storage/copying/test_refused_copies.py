"""What cannot be copied is refused with the reason, and nothing of it is left in the target."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, insert, text, update

from tests.integration.storage.copying.conftest import Opener
from tests.servers.cluster.postgresql import PostgresServer
from tests.support.empty_database import postgres_database
from webapp.domain.site.storage_faults import StorageFault
from webapp.errors import DatabaseFailed, DatabaseNotCopied
from webapp.settings import REPOSITORY_DIR
from webapp.storage.db.copying.database_copy import copy_database
from webapp.storage.db.copying.table_reading import is_empty
from webapp.storage.db.engine import migrate
from webapp.storage.db.tables import AlertRuleRow, EventRow, SettingRow, UserRow

pytestmark = pytest.mark.postgres


def _has_nothing(engine: Engine) -> bool:
    with engine.begin() as connection:
        return is_empty(connection)


def test_a_target_that_somebody_has_used_is_left_alone(filled_url: str, tmp_path: Path, opened: Opener) -> None:
    used = opened(f"sqlite:///{tmp_path}/used.sqlite3")
    migrate(used)
    with used.begin() as connection:
        connection.execute(insert(SettingRow).values(key="x", value="y"))
    with pytest.raises(DatabaseNotCopied, match="not empty"):
        copy_database(opened(filled_url), used)
    with used.begin() as connection:
        assert connection.execute(text("SELECT value FROM settings")).all() == [("y",)]


@pytest.mark.parametrize(("source", "target"), [("0027", "0028"), ("0028", "0027"), ("0028", "9999")])
def test_databases_of_unlike_schemas_are_not_copied(tmp_path: Path, opened: Opener, source: str, target: str) -> None:
    engines = [opened(f"sqlite:///{tmp_path}/{name}.sqlite3") for name in ("source", "target")]
    newest = max(path.name[:4] for path in (REPOSITORY_DIR / "migrations" / "versions").glob("[0-9]*.py"))
    for engine, revision in zip(engines, (source, target), strict=True):
        migrate(engine)
        with engine.begin() as connection:
            shown = {"0028": newest, "0027": "0027_notifications"}.get(revision, revision)
            connection.execute(text("UPDATE alembic_version SET version_num = :shown"), {"shown": shown[:4]})
    with pytest.raises(DatabaseNotCopied, match="update Amends" if target == "9999" else "database upgrade"):
        copy_database(engines[0], engines[1])


def test_a_source_that_amends_is_connected_to_is_refused(
    filled_url: str, postgres: PostgresServer, tmp_path: Path, opened: Opener
) -> None:
    url = postgres_database(postgres)
    with opened(url).connect(), pytest.raises(DatabaseNotCopied, match="Amends is connected to the source"):
        copy_database(opened(url), opened(f"sqlite:///{tmp_path}/target.sqlite3"))


_MISFITS: dict[str, tuple[Any, str]] = {
    "NUL": (
        insert(SettingRow).values(key="x", value="secret\0"),
        "'value' of the row with key 'x' of settings: .* NUL",
    ),
    "long": (update(UserRow).where(UserRow.id == 3).values(name="secret" * 99), "id 3 of users: 594 characters"),
    "large": (update(UserRow).where(UserRow.id == 3).values(session_epoch=2**31), "whole number of more than 32"),
    "NaN": (update(EventRow).where(EventRow.id == 5).values(payload={"secret": float("nan")}), "JSON holds NaN"),
}


@pytest.mark.parametrize("kind", _MISFITS)
def test_what_postgresql_cannot_keep_is_named_and_nothing_is_copied(
    filled_url: str, empty_url: str, opened: Opener, kind: str
) -> None:
    (statement, said), source, target = _MISFITS[kind], opened(filled_url), opened(empty_url)
    with source.begin() as connection:
        connection.execute(statement)
    with pytest.raises(DatabaseNotCopied, match=said) as refused:
        copy_database(source, target)
    assert "secret" not in str(refused.value)
    assert _has_nothing(target)


def test_what_sqlite_cannot_keep_is_named_and_nothing_is_copied(
    postgres: PostgresServer, tmp_path: Path, opened: Opener
) -> None:
    source, target = opened(postgres_database(postgres)), opened(f"sqlite:///{tmp_path}/target.sqlite3")
    with source.begin() as connection:
        connection.execute(insert(AlertRuleRow).values(dwell_s=float("nan")))
    with pytest.raises(DatabaseNotCopied, match="'dwell_s' of the row with id 1 of alert_rules: it is not a number"):
        copy_database(source, target)
    assert _has_nothing(target)


def test_a_copy_that_is_not_the_same_is_not_kept(filled_url: str, tmp_path: Path, opened: Opener) -> None:
    target = opened(f"sqlite:///{tmp_path}/target.sqlite3")
    migrate(target)
    with target.begin() as connection:
        changed = "UPDATE users SET name = 'Mallory' WHERE id = 3"
        connection.execute(text(f"CREATE TRIGGER t AFTER INSERT ON users WHEN new.id = 3 BEGIN {changed}; END"))
    with pytest.raises(DatabaseNotCopied, match="copy of users is not the same"):
        copy_database(opened(filled_url), target)
    assert _has_nothing(target)


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_a_copy_that_is_interrupted_leaves_nothing_and_can_be_made_again(
    filled_url: str, empty_url: str, tmp_path: Path, opened: Opener, kind: str
) -> None:
    source = opened(filled_url)
    target = opened(empty_url if kind == "postgresql" else f"sqlite:///{tmp_path}/target.sqlite3")

    def interrupt(table: str, _rows: int) -> None:
        if table == "incidents":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_database(source, target, interrupt)
    assert _has_nothing(target)
    assert len(copy_database(source, target)) > 20


_KILLED = """
import os, sys
from webapp.storage.db.copying.database_copy import copy_database
from webapp.storage.db.engine import open_engine
kill = lambda table, rows: os.kill(os.getpid(), 9) if table == "incidents" else None
copy_database(open_engine(sys.argv[1]), open_engine(sys.argv[2]), kill)
"""


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_a_copy_that_is_killed_leaves_nothing_and_can_be_made_again(
    filled_url: str, empty_url: str, tmp_path: Path, opened: Opener, kind: str
) -> None:
    url = empty_url if kind == "postgresql" else f"sqlite:///{tmp_path}/target.sqlite3"
    done = subprocess.run([sys.executable, "-c", _KILLED, filled_url, url], cwd=REPOSITORY_DIR, check=False)
    assert done.returncode == -9
    target = opened(url)
    assert _has_nothing(target)
    assert len(copy_database(opened(filled_url), target)) > 20


def test_a_target_without_room_leaves_nothing(filled_url: str, tmp_path: Path, opened: Opener) -> None:
    target = opened(f"sqlite:///{tmp_path}/target.sqlite3")
    migrate(target)
    target.dispose()
    event.listen(target, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count=150"))
    with pytest.raises(DatabaseFailed) as refused:
        copy_database(opened(filled_url), target)
    assert refused.value.fault == StorageFault.FULL
    assert _has_nothing(target)


_TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
_ANY_TEXTS = st.text(st.characters(codec=None), max_size=20)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _ANY_TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_ANY_TEXTS, inner, max_size=3),
    max_leaves=6,
)
_FLOATS = st.none() | st.floats(allow_nan=False)


@pytest.fixture(name="pair")
def _pair(postgres: PostgresServer, tmp_path: Path, opened: Opener) -> tuple[Engine, Engine]:
    source, target = opened(f"sqlite:///{tmp_path}/source.sqlite3"), opened(postgres_database(postgres))
    migrate(source)
    return source, target


@given(
    texts=st.lists(_TEXTS, max_size=4),
    payloads=st.lists(st.dictionaries(_ANY_TEXTS, _JSON, max_size=3), max_size=4),
    moments=st.lists(st.datetimes(timezones=st.timezones()), min_size=4, max_size=4),
    numbers=st.lists(st.tuples(_FLOATS, _FLOATS), max_size=3),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_values_that_both_can_keep_are_copied(
    pair: tuple[Engine, Engine],
    texts: list[str],
    payloads: list[dict[str, Any]],
    moments: list[Any],
    numbers: list[tuple[float | None, float | None]],
) -> None:
    source, target = pair
    _empty(source)
    _empty(target)
    with source.begin() as connection:
        for number, value in enumerate(texts):
            connection.execute(insert(SettingRow).values(key=f"{value[:20]} {number}", value=value))
        for payload, at in zip(payloads, moments, strict=False):
            connection.execute(insert(EventRow).values(kind="x", at=at, payload=payload))
        for enter, dwell in numbers:
            connection.execute(insert(AlertRuleRow).values(enter_threshold=enter, dwell_s=dwell))
    copied = {one.name: one.rows for one in copy_database(source, target)}
    counts = (len(texts), min(len(payloads), 4), len(numbers))
    assert (copied["settings"], copied["events"], copied["alert_rules"]) == counts


def _empty(engine: Engine) -> None:
    with engine.begin() as connection:
        for row in (SettingRow, EventRow, AlertRuleRow):
            connection.execute(row.__table__.delete())
