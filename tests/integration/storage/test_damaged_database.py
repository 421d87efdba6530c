"""A damaged database is set aside at the start, whole and under its name, and never overwritten."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.clocks import START
from webapp.cli.processes.installation import add_first_contents, open_installation, say_set_aside
from webapp.settings import Settings, load_settings
from webapp.storage.site.damaged_database import set_aside_if_damaged

pytestmark = pytest.mark.sqlite


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "var", runtime_dir=tmp_path / "slots", admin_password="one of its own")


@pytest.fixture
def database(settings: Settings) -> Path:
    installation = open_installation(settings)
    add_first_contents(installation)
    installation.backups.make("root")
    installation.adapters.unit_of_work.engine.dispose()
    return Path(settings.sqlalchemy_url.removeprefix("sqlite:///"))


def overwrite(database: Path, at: int, length: int) -> None:
    with database.open("r+b") as file:
        file.seek(at)
        file.write(os.urandom(length))


def damage_header(database: Path) -> None:
    overwrite(database, 0, 100)


def damage_pages(database: Path) -> None:
    for page in range(2, database.stat().st_size // 4096):
        overwrite(database, page * 4096, 512)


def cut_off(database: Path) -> None:
    os.truncate(database, database.stat().st_size // 2)


def empty(database: Path) -> None:
    os.truncate(database, 0)


@pytest.mark.parametrize("damage", [damage_header, damage_pages, cut_off, empty])
def test_it_is_set_aside_and_named_and_amends_starts(settings: Settings, database: Path, damage, capsys) -> None:
    damage(database)
    damaged = database.read_bytes()
    aside = set_aside_if_damaged(settings.sqlalchemy_url, settings.data_dir, START)
    assert aside is not None
    assert (aside / database.name).read_bytes() == damaged
    assert not database.exists()
    installation = open_installation(settings)
    add_first_contents(installation)
    say_set_aside(installation, aside)
    shown = installation.dashboard.all_cameras()
    assert [camera.name for camera in shown.cameras] == ["Demo"]
    assert shown.damaged is not None
    assert shown.damaged.folder == aside.name
    assert f"backup restore {settings.data_dir}/backups/amends-" in capsys.readouterr().out
    installation.damaged_databases.dismiss()
    assert installation.dashboard.all_cameras().damaged is None


def test_what_was_written_and_is_not_in_the_file_yet_goes_with_it(settings: Settings, database: Path) -> None:
    wal = database.with_name(database.name + "-wal")
    wal.write_bytes(b"written by someone who died")
    database.unlink()
    aside = set_aside_if_damaged(settings.sqlalchemy_url, settings.data_dir, START)
    assert aside is not None
    assert (aside / wal.name).read_bytes() == b"written by someone who died"


def test_a_sound_a_new_and_a_locked_database_stay(settings: Settings, database: Path, tmp_path: Path) -> None:
    assert set_aside_if_damaged(settings.sqlalchemy_url, settings.data_dir, START) is None
    assert set_aside_if_damaged(f"sqlite:///{tmp_path}/new.sqlite3", tmp_path, START) is None
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert set_aside_if_damaged(settings.sqlalchemy_url, settings.data_dir, START) is None
