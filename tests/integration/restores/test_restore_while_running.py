"""The running product puts a backup back and starts again by itself; killed in the midst, all is of one time."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.running import PASSWORD, RunningAmends, running_amends, wait_until
from tests.support.web_app import csrf_token
from webapp.cli.processes.installation import open_installation
from webapp.domain.site.backups import BackupKind

pytestmark = pytest.mark.slow


@pytest.fixture
def amends(tmp_path: Path) -> Iterator[RunningAmends]:
    with running_amends(tmp_path) as running:
        yield running


class Admin:
    """The first admin in a browser without scripts."""

    def __init__(self, amends: RunningAmends) -> None:
        self.url, self.browser = amends.url, requests.Session()
        page = self.browser.get(f"{self.url}/login", timeout=10).text
        form = {"csrf_token": csrf_token(page), "name": "admin", "password": PASSWORD}
        self.browser.post(f"{self.url}/login", data=form, timeout=10)

    def post(self, path: str, **fields: str) -> str:
        token = csrf_token(self.browser.get(f"{self.url}/admin/restore", timeout=10).text)
        return self.browser.post(f"{self.url}{path}", data={"csrf_token": token, **fields}, timeout=60).text

    def order(self, name: str) -> None:
        """Check a backup, and have it put back."""
        page = self.post("/admin/restore/check", source=name)
        assert "is checked and ready" in page, page
        plan = page.split('name="plan" value="')[1].split('"')[0]
        assert "is being restored" in self.post("/admin/restore", plan=plan, password=PASSWORD)


def prepared(amends: RunningAmends) -> str:
    """Make a backup in which Dana is, and then add Eve and a picture that only the present has."""
    amends.installation.accounts.add("Dana", "staff", PASSWORD)
    name = amends.installation.backups.make("test", kind=BackupKind.CLEAR).name
    amends.installation.accounts.add("Eve", "staff", PASSWORD)
    amends.installation.adapters.snapshots.save(b"now", amends.installation.clock.now())
    return name


def people(amends: RunningAmends) -> set[str]:
    found = open_installation(amends.settings)
    try:
        return {user.name for user in found.accounts.list()}
    finally:
        found.adapters.unit_of_work.engine.dispose()  # type: ignore[attr-defined]


def is_restored(amends: RunningAmends) -> bool:
    return amends.answers() and "Eve" not in people(amends)


def test_it_is_put_back_and_all_processes_begin_anew_by_themselves(amends: RunningAmends) -> None:
    name, admin = prepared(amends), Admin(amends)
    before = {part: amends.pids(part) for part in ("web", "vision", "housekeeping")}
    admin.order(name)
    said = []

    def is_over() -> bool:
        with contextlib.suppress(requests.RequestException):
            said.append(requests.get(f"{amends.url}/login", timeout=2).text)
        return is_restored(amends)

    wait_until(is_over, "the backup is put back", 60)
    assert any("A backup is being restored." in page for page in said)
    wait_until(lambda: all(amends.pids(part) for part in before), "all processes run again", 60)
    assert all(amends.pids(part) != pids for part, pids in before.items())
    assert amends.supervisor.poll() is None
    assert people(amends) == {"admin", "Dana"}
    assert "was restored at" in Admin(amends).browser.get(f"{amends.url}/admin/restore", timeout=10).text
    assert "child_process_ended" not in amends.log()


@pytest.mark.parametrize("after_s", [1.0, 2.5, 3.5, 4.5, 5.5])
def test_killed_in_the_midst_all_is_of_one_time_after_the_next_start(amends: RunningAmends, after_s: float) -> None:
    name, admin = prepared(amends), Admin(amends)
    pictures = amends.settings.snapshots_dir
    admin.order(name)
    time.sleep(after_s)
    for pid in [amends.supervisor.pid, *amends.pids()]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    amends.supervisor.wait(10)
    amends.start()
    had_now = any(path.read_bytes() == b"now" for path in pictures.glob("*/*.jpg"))
    assert people(amends) == ({"admin", "Dana", "Eve"} if had_now else {"admin", "Dana"})
