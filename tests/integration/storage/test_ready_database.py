import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from webapp.cli.processes.installation import add_first_contents, open_installation
from webapp.settings import Settings
from webapp.storage.site.ready_database import DEMO_SETTING, _looks_sound, is_ready

pytestmark = pytest.mark.sqlite


@pytest.fixture
def database(settings: Settings) -> Path:
    """The database of a second start."""
    installation = open_installation(settings)
    add_first_contents(installation)
    installation.adapters.unit_of_work.engine.dispose()  # type: ignore[attr-defined]
    return Path(settings.sqlalchemy_url.removeprefix("sqlite:///"))


def test_a_second_start_has_nothing_to_do(settings: Settings, database: Path) -> None:
    assert is_ready(settings.sqlalchemy_url, DEMO_SETTING)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE alembic_version SET version_num = '0001'",
        "UPDATE alembic_version SET version_num = '9999'",
        "DROP TABLE alembic_version",
        "DELETE FROM users",
        "DELETE FROM settings",
    ],
)
def test_what_is_old_new_or_empty_is_not_ready(settings: Settings, database: Path, change: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(change)
    assert not is_ready(settings.sqlalchemy_url, DEMO_SETTING)


def test_a_damaged_one_is_not_ready(settings: Settings, database: Path) -> None:
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    assert not is_ready(settings.sqlalchemy_url, DEMO_SETTING)


class EndlessDatabase(sqlite3.Connection):
    """One whose check for damage never ends by itself."""

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        return super().execute(endless if "quick_check" in sql else sql, *values)


def test_a_large_one_is_looked_at_for_so_long_and_no_longer(database: Path) -> None:
    with closing(EndlessDatabase(str(database), check_same_thread=False)) as connection:
        assert _looks_sound(connection, 0.05)


def test_asking_makes_no_database(tmp_path: Path) -> None:
    assert not is_ready(f"sqlite:///{tmp_path}/new.sqlite3", DEMO_SETTING)
    assert list(tmp_path.iterdir()) == []
    assert not is_ready("postgresql+pg8000://amends@db.example/amends", DEMO_SETTING)
