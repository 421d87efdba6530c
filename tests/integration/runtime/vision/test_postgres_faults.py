"""PostgreSQL is away, locked, silent or full of others: alerts are shown, frames go on, and all is stored once."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

from tests.servers.cluster.postgresql import PostgresServer
from tests.servers.cluster.tcp_proxy import TCPProxy, tcp_proxy
from tests.support.adapters import adapters_of_tests
from tests.support.clocks import FakeClock
from tests.support.empty_database import postgres_database
from tests.support.fleets import VisionInHand
from tests.support.web_app import PlainHasher
from webapp.domain.events import EventKind
from webapp.domain.site.storage_faults import StorageFault
from webapp.runtime.processes.storage_notes import StorageNote, StorageNotes
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.ports import IncidentFilter
from webapp.services.use_cases import UseCases
from webapp.settings import Settings, load_settings
from webapp.storage.db.engine import open_engine
from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

# The driver leaves the socket of a connection that fails to the garbage collector.
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
_LOCK = "SELECT pg_advisory_lock(x'616D656E6473'::bigint)"
_KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"


class Site:
    """A database behind a proxy, vision over it, and a way to look that no fault touches."""

    def __init__(self, folder: Path, postgres: PostgresServer, proxy: TCPProxy, clock: FakeClock) -> None:
        self.postgres, self.proxy = postgres, proxy
        self.direct_url = postgres_database(postgres)
        self.name = self.direct_url.rpartition("/")[2]
        url = self.direct_url.replace(f":{postgres.port}/", f":{proxy.port}/")
        self.settings: Settings = load_settings(data_dir=folder / "var", runtime_dir=folder / "slots", database_url=url)
        self.engines = [open_engine(url, busy_timeout_s=0.02), open_engine(self.direct_url)]
        work, looking = map(SQLUnitOfWorkFactory, self.engines)
        self.seen_from_outside = UseCases(
            self.settings, adapters_of_tests(self.settings, looking, PlainHasher(), clock)
        )
        use_cases = UseCases(self.settings, adapters_of_tests(self.settings, work, PlainHasher(), clock))
        self.vision = VisionInHand(self.settings, use_cases, work, clock)
        self.vision.alerts.report = StorageNote(self.settings.slots_dir, "vision").write
        use_cases.cameras.add(CameraForm("Bar", "demo:"))
        self.vision.pass_time(0.5)

    def admin(self) -> Engine:
        return create_engine(self.postgres.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def close(self) -> None:
        for engine in self.engines:
            engine.dispose()

    def incidents(self) -> list[object]:
        return list(self.seen_from_outside.incidents.search(IncidentFilter()).incidents)

    def opened(self) -> int:
        events = self.seen_from_outside.dashboard.events_after(0, limit=5000)
        return sum(event.kind is EventKind.INCIDENT_OPENED for event in events)


@pytest.fixture
def site(tmp_path: Path, postgres: PostgresServer, clock: FakeClock) -> Iterator[Site]:
    with tcp_proxy(postgres.port) as proxy:
        site = Site(tmp_path, postgres, proxy, clock)
        yield site
        proxy.mode = "refuse"
        site.close()
    gc.collect()


@contextmanager
def locked(site: Site) -> Iterator[None]:
    with create_engine(site.direct_url, poolclass=NullPool).connect() as other:
        other.execute(text(_LOCK))
        yield


@contextmanager
def stopped(site: Site) -> Iterator[None]:
    site.engines[1].dispose()
    site.postgres.control("stop", "-m", "immediate")
    yield
    site.postgres.control("start")


@contextmanager
def refusing(site: Site) -> Iterator[None]:
    site.proxy.mode = "refuse"
    yield
    site.proxy.mode = "pass"


@contextmanager
def hanging(site: Site) -> Iterator[None]:
    site.proxy.mode = "hang"
    yield
    site.proxy.mode = "pass"


@pytest.mark.parametrize(
    ("cause", "fault"),
    [
        (locked, StorageFault.LOCKED),
        (stopped, StorageFault.AWAY),
        (refusing, StorageFault.AWAY),
        (hanging, StorageFault.AWAY),
    ],
)
def test_an_alert_that_cannot_be_stored_is_shown_and_stored_once_later(
    site: Site, cause: Callable[[Site], AbstractContextManager[None]], fault: StorageFault
) -> None:
    notes, vision = StorageNotes(site.settings.slots_dir), site.vision
    with cause(site):
        began_s, read_before = time.monotonic(), vision.read_count
        vision.pass_time(14)
        assert vision.read_count - read_before >= 27, "frames are analysed as before"
        assert time.monotonic() - began_s < 8
        shown = notes.state()
        assert shown.fault is fault
        assert [(alert.camera, alert.ended_at) for alert in shown.alerts] == [("Bar", None)]
    _wait_until_stored(site)
    assert (len(site.incidents()), site.opened()) == (1, 1)
    assert notes.state().alerts == ()


def _wait_until_stored(site: Site) -> None:
    deadline_s = time.monotonic() + 15
    while site.vision.alerts.recorder.unstored() and time.monotonic() < deadline_s:
        site.vision.pass_time(0.5)
        time.sleep(0.05)
    site.vision.pass_time(2)


def test_connections_that_the_server_ends_cost_nothing(site: Site) -> None:
    with site.admin().connect() as admin:
        for _ in range(6):
            admin.execute(text(_KILL), {"name": site.name})
            site.vision.pass_time(1)
    _wait_until_stored(site)
    assert (len(site.incidents()), site.opened()) == (1, 1)


def test_an_alert_whose_storing_was_never_answered_is_stored_once(site: Site) -> None:
    site.proxy.loses_answer_to = b"commit"
    site.vision.pass_time(3)
    assert site.proxy.lost.wait(5)
    _wait_until_stored(site)
    assert (len(site.incidents()), site.opened()) == (1, 1)
