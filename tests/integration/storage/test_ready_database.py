import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from webapp.cli.processes.installation import add_first_contents, open_installation
from webapp.settings import Settings
from webapp.storage.site.ready_database import DEMO_SETTING, is_ready


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


def test_a_large_one_is_looked_at_for_so_long_and_no_longer(settings: Settings, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "CREATE TABLE large AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            "WHERE i < 300000) SELECT i, hex(randomblob(64)) AS words FROM n"
        )
    taken_s = []
    for most_check_s in (60.0, 0.001):
        began_s = time.process_time()
        assert is_ready(settings.sqlalchemy_url, DEMO_SETTING, most_check_s)
        taken_s.append(time.process_time() - began_s)
    assert taken_s[1] < taken_s[0] / 2


def test_asking_makes_no_database(tmp_path: Path) -> None:
    assert not is_ready(f"sqlite:///{tmp_path}/new.sqlite3", DEMO_SETTING)
    assert list(tmp_path.iterdir()) == []
    assert not is_ready("postgresql+pg8000://amends@db.example/amends", DEMO_SETTING)
