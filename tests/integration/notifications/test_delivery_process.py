"""The process that sends: killed in the midst, beside another one, and with a channel that hangs."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.notifications.conftest import House, person
from tests.servers.push_service import SubscribedBrowser
from tests.servers.webhooks import hook_server
from tests.support.adapters import adapters_of_tests
from tests.support.running import wait_until
from tests.support.web_app import PlainHasher
from webapp.domain.notifications.routes import Route, Step
from webapp.runtime.notifications.delivery_process import NotificationTask
from webapp.services.clock import SystemClock
from webapp.services.use_cases import UseCases
from webapp.web.account.push_keys import new_push_keys

pytestmark = pytest.mark.slow


@dataclass
class Running:
    """What housekeeping has of notifications, over a real database and real processes."""

    house: House
    task: NotificationTask

    def until(self, is_so, what: str) -> None:
        def tended() -> bool:
            self.task.tend()
            return bool(is_so())

        wait_until(tended, what, timeout_s=60)

    def states(self) -> list[str]:
        return sorted(one.state.value for one in self.house.deliveries())


@pytest.fixture
def hooks():
    with hook_server() as server:
        yield server


@pytest.fixture
def running(unit_of_work, settings, monkeypatch):
    monkeypatch.setenv("AMENDS_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("AMENDS_RUNTIME_DIR", str(settings.slots_dir.parent))
    use_cases = UseCases(settings, adapters_of_tests(settings, unit_of_work, PlainHasher(), SystemClock()))
    task = NotificationTask(use_cases.notifications, settings.sqlalchemy_url, lease_s=3.0)
    yield Running(House(use_cases, SystemClock()), task)
    task.join(30)


def children() -> list[int]:
    """Return the processes of this one that send."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent_id = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent_id == os.getpid() and "delivery-job" in (folder / "cmdline").read_text():
                found.append(int(folder.name))
    return found


def test_an_alert_reaches_a_server_within_seconds_and_once(running, hooks):
    running.house.channel(running.house.person("Dana"), "hook", url=hooks.url("/dana"))
    running.house.alert()
    running.until(lambda: running.states() == ["delivered"], "it is delivered")
    running.task.join(30)
    running.task.tend()
    assert len(hooks.keys("/dana")) == 1
    assert (running.house.deliveries()[0].attempts, children()) == (1, [])


def test_a_process_that_is_killed_while_it_sends_leaves_one_more_try_with_the_same_key(running, hooks):
    dana = running.house.person("Dana")
    running.house.channel(dana, "hook", url=hooks.url("/dana"))
    running.house.channel(running.house.person("Eve"), "other", url=hooks.url("/eve"))
    hooks.hangs_at.add("/dana")
    running.house.alert()
    running.until(lambda: hooks.keys("/dana") and running.states() == ["delivered", "sending"], "one of two hangs")
    (pid,) = children()
    os.kill(pid, signal.SIGKILL)
    hooks.hangs_at.clear()
    running.until(lambda: running.states() == ["delivered", "delivered"], "the other one is delivered too")
    first, second = hooks.keys("/dana")
    assert first == second
    # Who was told is not told again.
    assert len(hooks.keys("/eve")) == 1


def test_a_push_is_encrypted_and_signed_in_the_process_and_waits_while_its_service_is_away(running):
    dana, devices = running.house.person("Dana"), running.house.told.push_devices
    devices.public_key(new_push_keys)
    away = SubscribedBrowser().subscription("https://push.invalid/phone")
    devices.subscribe(away, dana, name="Phone", language="en")
    running.house.alert()
    running.until(lambda: running.house.deliveries() and running.house.deliveries()[0].failure, "it is tried")
    (delivery,) = running.house.deliveries()
    assert (delivery.state, delivery.failure, delivery.detail) == ("pending", "unreachable", "no such host")


def test_a_channel_that_hangs_holds_up_nobody_else(running, hooks):
    dana, eve = running.house.person("Dana"), running.house.person("Eve")
    running.house.channel(dana, "hangs", url=hooks.url("/dana"))
    running.house.channel(eve, "works", url=hooks.url("/eve"))
    steps = (Step(0, (person(dana), person(eve))),)
    running.house.told.routes.put(Route("both", steps), "root")
    hooks.hangs_at.add("/dana")
    running.house.alert()
    running.until(lambda: hooks.keys("/dana") and hooks.keys("/eve"), "the first alert")
    for count in (2, 3):
        running.house.alert()
        running.until(lambda count=count: len(hooks.keys("/eve")) == count, f"alert {count} reaches the other one")
    assert len(hooks.keys("/dana")) == 1
    hooks.over.set()
