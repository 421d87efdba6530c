"""Fixtures for all tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from argon2 import PasswordHasher as Argon2
from sqlalchemy import Engine
from xdist.remote import Producer

from tests.servers.cluster.postgresql import PostgresServer
from tests.support.adapters import adapters_of_tests
from tests.support.clocks import FakeClock
from tests.support.empty_database import ON_POSTGRES, empty_database, new_database_url, shared_server
from tests.support.needs import needs_postgres
from tests.support.patience import BESIDE_OTHERS
from tests.support.sharing import ONE_AT_A_TIME, FileSharing
from webapp.services.ports import UnitOfWorkFactory
from webapp.services.use_cases import UseCases
from webapp.settings import Settings, load_settings
from webapp.storage.site.keys import Argon2Hasher
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

# What serves connections in the tests of the web; `ASYNC_MODE=threading` shows that eventlet could be left.
ASYNC_MODE = os.environ.get("ASYNC_MODE", "eventlet")
# The same algorithm, a thousandth of the work.
CHEAP = Argon2(time_cost=1, memory_cost=8, parallelism=1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--alone", action="store_true", help="run the tests marked alone, and no others")


def pytest_configure(config: pytest.Config) -> None:
    # eventlet is a given here (see docs/architecture.md); it warns of itself when it is imported.
    config.addinivalue_line("filterwarnings", r"ignore:\s*Eventlet is deprecated")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no module, Keras with it, that has nothing for the part of `make test` that is run."""
    if not config.getoption("alone") or not collection_path.match("test_*.py"):
        return None
    return None if _names_alone(collection_path) else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is for the other part of `make test`, and begin with what takes longest."""
    only_alone = config.getoption("alone")
    if only_alone or BESIDE_OTHERS:
        left_out = [item for item in items if _runs_alone(item) != only_alone]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    if ON_POSTGRES:
        # Those that are about PostgreSQL have a server of it in any case.
        left_out = [item for item in items if item.get_closest_marker("sqlite") or item.get_closest_marker("postgres")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: (item.path.name not in ONE_AT_A_TIME, "browser" not in item.path.parts))


def _runs_alone(item: pytest.Item) -> bool:
    """Return whether a test is for the part that runs alone: where its own file names the mark, else no part would."""
    return item.get_closest_marker("alone") is not None and _names_alone(item.path)


def _names_alone(path: Path) -> bool:
    return "pytest.mark.alone" in path.read_text(encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileSharing:
    return FileSharing(config, log)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("AMENDS_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _plain_logs() -> Iterator[None]:
    """Log as in service: structlog's default looks long into the variables of every frame, and finds secrets there."""
    structlog.configure([structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folders = {"data_dir": tmp_path / "var", "runtime_dir": tmp_path / "slots"}
    return load_settings(**folders, database_url=new_database_url(), async_mode=ASYNC_MODE)


@pytest.fixture
def postgres() -> PostgresServer:
    """The PostgreSQL server that the tests of this process share; such tests are marked `postgres`."""
    needs_postgres()
    return shared_server()


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = empty_database(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def unit_of_work(engine: Engine) -> UnitOfWorkFactory:
    return SQLUnitOfWorkFactory(engine)


@pytest.fixture
def use_cases(unit_of_work: UnitOfWorkFactory, settings: Settings, clock: FakeClock) -> UseCases:
    """The use cases over a real database and a clock that stands still."""
    return UseCases(settings, adapters_of_tests(settings, unit_of_work, Argon2Hasher(CHEAP), clock))
