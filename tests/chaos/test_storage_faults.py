"""The database is locked, the disk is full, the database is damaged: alerts reach connected staff all the same."""

import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from tests.chaos.faults import LONG, Fault
from tests.chaos.test_stop import SMILES
from tests.support.running import PASSWORD, RunningAmends, running_amends, wait_until
from tests.support.web_app import csrf_token
from webapp.domain.alerts.incidents import Incident
from webapp.services.ports import IncidentFilter

pytestmark = [pytest.mark.alone, pytest.mark.timeout(300)]

# Somebody whose alert is resolved and who goes on smiling is a new alert within a second.
OFTEN = {**SMILES, "AMENDS_ALERT_COOLDOWN_S": "0", "AMENDS_ALERT_DWELL_S": "0.5"}
FAULT_S = 30 if LONG else 6
# Where a lock silenced the pages they took as long as it was held.
SOON_S = 2.5
DISK_BYTES = 24 * 2**20


@dataclass
class Staff:
    """Somebody who is signed in, with the dashboard open."""

    amends: RunningAmends
    browser: requests.Session = field(default_factory=requests.Session)
    opened: list[dict[str, Any]] = field(default_factory=list)
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)
    fault: str | None = None
    page_s: list[float] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        page = self.browser.get(f"{self.amends.url}/login", timeout=10).text
        form = {"csrf_token": csrf_token(page), "name": "admin", "password": PASSWORD}
        self.browser.post(f"{self.amends.url}/login", form, timeout=10).raise_for_status()
        self._socket = socketio.Client()
        self._socket.on("incident_opened", self.opened.append, namespace="/dashboard")
        self._socket.on("not_stored", self._take, namespace="/dashboard")
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())}
        self._socket.connect(self.amends.url, headers=headers, namespaces=["/dashboard"], transports=["websocket"])

    def _take(self, message: dict[str, Any]) -> None:
        self.fault = message["fault"]
        self.waiting |= {alert["started_at"]: alert for alert in message["alerts"]}

    def begin(self) -> None:
        """Forget what was before."""
        for seen in (self.opened, self.waiting, self.page_s, self.statuses):
            seen.clear()

    def read_pages(self, ended: threading.Event) -> None:
        """Read pages as several people do, until it has ended."""
        while not ended.wait(0.05):
            for path in ("/", "/dashboard.json", "/incidents", "/cameras/1/snapshot.jpg"):
                began_s = time.monotonic()
                answer = self.browser.get(f"{self.amends.url}{path}", timeout=30)
                self.page_s.append(time.monotonic() - began_s)
                self.statuses.add(answer.status_code)

    @property
    def p99_s(self) -> float:
        """How long 99 of 100 pages took at most."""
        return sorted(self.page_s)[int(len(self.page_s) * 0.99)]

    def not_stored_once(self) -> list[str]:
        """Return the alerts that were shown as not stored, and are not one incident each."""
        stored = [incident.started_at.isoformat() for incident in all_incidents(self.amends)]
        return [at for at in self.waiting if stored.count(at) != 1]

    def leave(self) -> None:
        self._socket.disconnect()


def all_incidents(amends: RunningAmends) -> list[Incident]:
    first = amends.installation.incidents.search(IncidentFilter(), page_size=200)
    return list(first.incidents)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path | None]:
    """A small disk for the data folder; None where none may be mounted."""
    folder = tmp_path_factory.mktemp("disk")
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0700", "amends-chaos", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        yield None
        return
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(scope="module")
def amends(disk: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAmends]:
    folder = tmp_path_factory.mktemp("amends")
    data = {"AMENDS_DATA_DIR": str(disk / "var")} if disk else {}
    with running_amends(folder, **OFTEN, **data) as amends:
        yield amends


@pytest.fixture(scope="module")
def staff(amends: RunningAmends) -> Iterator[Staff]:
    staff = Staff(amends)
    wait_until(lambda: staff.opened, "alerts flow", 40)
    yield staff
    staff.leave()


def resolve_all(amends: RunningAmends) -> None:
    for incident in amends.installation.incidents.open_incidents():
        amends.installation.incidents.resolve(incident.incident_id, "Dana", "recovered")


def database_of(amends: RunningAmends) -> Path:
    return Path(amends.settings.sqlalchemy_url.removeprefix("sqlite:///"))


def last_through(staff: Staff, least_s: float) -> None:
    """Read pages until an alert was shown that is not stored, and for a while at least."""
    ended = threading.Event()
    reader = threading.Thread(target=staff.read_pages, args=[ended])
    began_s = time.monotonic()
    reader.start()
    try:
        wait_until(lambda: staff.waiting and staff.fault, "an alert is shown that cannot be stored", 40)
        time.sleep(max(0.0, least_s - (time.monotonic() - began_s)))
    finally:
        ended.set()
        reader.join()


def usual_p99_s(staff: Staff) -> float:
    """Return how long pages take when all is well, on the machine as it is just now."""
    ended = threading.Event()
    timer = threading.Timer(3.0, ended.set)
    timer.start()
    staff.read_pages(ended)
    return staff.p99_s


def say(fault: Fault, staff: Staff, back_s: float) -> None:
    lost = staff.not_stored_once()
    fault.lost = "nothing" if not lost else f"{len(lost)} of {len(staff.waiting)} alerts"
    fault.took = (
        f"pages {staff.p99_s * 1000:.0f} ms at p99 of {len(staff.page_s)}; "
        f"{len(staff.waiting)} alerts shown meanwhile, stored {back_s:.1f} s later"
    )


def test_the_database_is_locked(fault: Fault, amends: RunningAmends, staff: Staff) -> None:
    fault.done = f"database locked for {FAULT_S} s"
    usual_s = usual_p99_s(staff)
    staff.begin()
    with closing(sqlite3.connect(database_of(amends), isolation_level=None, timeout=30)) as other:
        resolve_all(amends)
        other.execute("BEGIN IMMEDIATE")
        last_through(staff, FAULT_S)
        assert staff.fault == "locked"
        other.execute("ROLLBACK")
    back_s = wait_until(lambda: staff.fault is None and not staff.not_stored_once(), "all is stored", 20)
    say(fault, staff, back_s)
    fault.took = f"{fault.took}; without the lock {usual_s * 1000:.0f} ms"
    assert fault.lost == "nothing"
    assert staff.statuses == {200}
    assert staff.p99_s < SOON_S


def test_the_disk_is_full(fault: Fault, amends: RunningAmends, staff: Staff, disk: Path | None) -> None:
    fault.done = f"disk full for {FAULT_S} s"
    if disk is None:
        fault.lost = "not tried: no disk may be mounted here"
        pytest.skip(fault.lost)
    staff.begin()
    filler = disk / "filler"
    resolve_all(amends)
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    last_through(staff, FAULT_S)
    assert staff.fault == "full"
    filler.unlink()
    back_s = wait_until(lambda: staff.fault is None and not staff.not_stored_once(), "all is stored", 30)
    say(fault, staff, back_s)
    assert fault.lost == "nothing"
    assert staff.p99_s < SOON_S


def test_the_database_is_removed(fault: Fault, amends: RunningAmends, staff: Staff) -> None:
    fault.done = "database removed while Amends runs"
    staff.begin()
    before = {incident.incident_id for incident in all_incidents(amends)}
    database, began_s = database_of(amends), time.monotonic()
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink()
    wait_until(database.exists, "the database is written back", 20)
    back_s = time.monotonic() - began_s
    resolve_all(amends)
    wait_until(lambda: staff.opened, "alerts flow again", 40)
    after = {incident.incident_id for incident in all_incidents(amends)}
    lost = before - after
    fault.lost = "nothing" if not lost else f"{len(lost)} of {len(before)} incidents"
    fault.took = f"written back after {back_s:.1f} s"
    assert fault.lost == "nothing"
    assert staff.opened[-1]["incident_id"] in after


@pytest.mark.skipif(not LONG, reason="test_damaged_database.py does the same without the running product")
def test_the_database_is_damaged(fault: Fault, amends: RunningAmends, staff: Staff) -> None:
    fault.done = "database damaged while Amends is stopped"
    amends.installation.backups.make("root")
    amends.stop()
    database = database_of(amends)
    with database.open("r+b") as file:
        file.write(os.urandom(4096))
    damaged, began_s = database.read_bytes(), time.monotonic()
    amends.start()
    wait_until(lambda: amends.installation.incidents.open_incidents(), "alerts flow again", 40)
    fault.took = f"alerts again {time.monotonic() - began_s:.1f} s after the start"
    (aside,) = amends.settings.data_dir.glob("damaged-2*")
    assert (aside / database.name).read_bytes() == damaged
    assert "backup restore" in amends.log()
    fault.lost = "what came after the backup; the damaged file is kept"
