"""What the doctor reads out of the database, it reads out of a server's as well."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.cluster.postgresql import PostgresServer
from tests.support.adapters import adapters_of_tests
from tests.support.clocks import FakeClock
from tests.support.empty_database import postgres_database
from tests.support.site.records import put_on_record
from tests.support.web_app import PlainHasher
from webapp.cli.doctor import database_checks, file_checks, network_checks, running_checks
from webapp.cli.doctor.findings import Finding, Level
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.ports import UnitOfWork
from webapp.services.site.backup_schedule import SCHEDULE_SETTING
from webapp.services.site.site import SITE_SETTING
from webapp.services.use_cases import UseCases
from webapp.settings import Settings, load_settings
from webapp.storage.db.engine import open_engine
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

pytestmark = pytest.mark.postgres


@pytest.fixture
def installed(tmp_path: Path, postgres: PostgresServer, clock: FakeClock) -> Settings:
    """An installation over a server, with a camera that has a password; it is not running."""
    folders = {"data_dir": tmp_path / "var", "runtime_dir": tmp_path / "slots"}
    settings = load_settings(**folders, database_url=postgres_database(postgres))
    settings.data_dir.mkdir()
    engine = open_engine(settings.sqlalchemy_url)
    use_cases = UseCases(settings, adapters_of_tests(settings, SQLUnitOfWorkFactory(engine), PlainHasher(), clock))
    use_cases.cameras.add(CameraForm("Bar", "rtsp://192.0.2.1/s", username="viewer", password="hush-hush"))
    put_on_record(use_cases)
    engine.dispose()
    return settings


@contextmanager
def closing_work(settings: Settings) -> Iterator[UnitOfWork]:
    engine = open_engine(settings.sqlalchemy_url)
    with SQLUnitOfWorkFactory(engine)() as work:
        yield work
    engine.dispose()


def test_a_key_that_is_missing_is_named(installed: Settings) -> None:
    (installed.data_dir / "credentials.key").unlink()
    found = next(iter(file_checks.check_keys(installed)))
    assert (found.level, found.found) == (Level.ERROR, "credentials.key is missing.")


def test_cameras_and_records_are_looked_at(installed: Settings, clock: FakeClock) -> None:
    cameras = list(running_checks.check_cameras(installed, is_probing=False))
    assert [one.found for one in cameras] == ["camera Bar: connecting."]
    assert [one.level for one in running_checks.check_records(installed)] == [Level.OK]
    assert database_checks.newest_event_s(installed) == clock.now().timestamp()


def test_no_backup_is_asked_for_that_cannot_be_made(installed: Settings) -> None:
    assert [one.level for one in file_checks.check_backups(installed)] == []
    assert [one.level for one in file_checks.check_schedule(installed)] == []
    with closing_work(installed) as work:
        work.settings.put(SCHEDULE_SETTING, '{"rhythm": "daily"}')
        work.commit()
    (found,) = file_checks.check_schedule(installed)
    assert (found.level, found.advice) == (Level.WARNING, "Switch it off: python run.py backup schedule --off")


def test_a_server_that_is_away_or_empty_keeps_no_other_check_from_looking(
    installed: Settings, postgres: PostgresServer
) -> None:
    for url in ("postgresql+pg8000://amends@127.0.0.1:1/amends", postgres_database(postgres, "template0")):
        settings = installed.model_copy(update={"database_url": url})
        found: list[Finding] = [*file_checks.check_keys(settings), *running_checks.check_records(settings)]
        assert Level.ERROR not in {one.level for one in found}
        assert database_checks.newest_event_s(settings) is None


def test_the_public_address_is_read(installed: Settings) -> None:
    assert network_checks._public_address(installed) == ""
    with closing_work(installed) as work:
        work.settings.put(SITE_SETTING, '{"public_url": "https://amends.example"}')
        work.commit()
    assert network_checks._public_address(installed) == "https://amends.example"
