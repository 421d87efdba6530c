"""Housekeeping itself, killed: the broker says that Amends is offline, and the next one knows what happened."""

import os
import signal
import subprocess
import sys

import pytest

from tests.integration.notifications.conftest import House
from tests.servers.mqtt_broker import listening, mqtt_broker, retained
from tests.servers.webhooks import hook_server
from tests.support.adapters import adapters_of_tests
from tests.support.running import wait_until
from tests.support.web_app import PlainHasher
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.routes import Recipient, RecipientKind, Route, Step
from webapp.services.clock import SystemClock
from webapp.services.use_cases import UseCases
from webapp.settings import REPOSITORY_DIR

pytestmark = pytest.mark.slow


@pytest.fixture
def live_house(unit_of_work, settings):
    use_cases = UseCases(settings, adapters_of_tests(settings, unit_of_work, PlainHasher(), SystemClock()))
    return House(use_cases, SystemClock())


@pytest.fixture
def start(settings, tmp_path):
    started = []

    def started_process():
        places = {"AMENDS_DATA_DIR": settings.data_dir, "AMENDS_RUNTIME_DIR": settings.slots_dir.parent}
        environment = os.environ | {name: str(path) for name, path in places.items()}
        command = [sys.executable, str(REPOSITORY_DIR / "run.py"), "housekeeping"]
        with (tmp_path / "housekeeping.log").open("ab") as log:
            started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        return started[-1]

    yield started_process
    for process in started:
        process.kill()
        process.wait(10)


def test_housekeeping_that_is_killed_is_offline_and_the_next_one_knows_what_happened(live_house, start, tmp_path):
    house = live_house
    topic = f"amends/camera/{house.camera.camera_id}/state"
    folder = tmp_path / "broker"
    folder.mkdir()
    with mqtt_broker(folder) as broker, listening(broker) as listener:
        config = {"host": "127.0.0.1", "port": broker.port}
        house.told.channels.add(
            NotificationChannel(ChannelKind.MQTT, "home", config=config), house.person("r", "admin")
        )
        first = start()
        wait_until(lambda: listener.last("amends/status") == "online" and listener.last(topic), "it is online", 40)
        first.send_signal(signal.SIGKILL)
        first.wait(10)
        wait_until(lambda: listener.last("amends/status") == "offline", "the broker says that it is offline")
        house.alert()
        house.use_cases.cameras.remove(house.camera.camera_id)
        start()
        wait_until(lambda: listener.last("amends/status") == "online", "it is back", 40)
        wait_until(lambda: topic not in retained(broker), "and has cleared the camera that was removed")
    assert "127.0.0.1" not in (tmp_path / "housekeeping.log").read_text()


def test_an_alert_reaches_chat_and_broker_through_the_processes_of_the_product(live_house, start, tmp_path):
    house = live_house
    folder = tmp_path / "broker"
    folder.mkdir()
    admin = house.person("r", "admin")
    with mqtt_broker(folder) as broker, listening(broker) as listener, hook_server() as hooks:
        config = {"host": "127.0.0.1", "port": broker.port}
        home = house.told.channels.add(NotificationChannel(ChannelKind.MQTT, "home", config=config), admin)
        chat = {"url": f"json://127.0.0.1:{hooks.port}/s3cret"}
        house.told.channels.add(NotificationChannel(ChannelKind.APPRISE, "chat", admin.user_id, chat), admin)
        to = (Recipient(RecipientKind.CHANNEL, home.channel_id), Recipient(RecipientKind.PERSON, admin.user_id))
        house.told.routes.put(Route("both", (Step(0, to),)), "r")
        start()
        house.alert()
        wait_until(lambda: hooks.got, "the chat has it", 60)
        wait_until(lambda: listener.json(f"amends/camera/{house.camera.camera_id}/event"), "the broker has it", 30)
        wait_until(lambda: {one.state.value for one in house.deliveries()} == {"delivered"}, "both are delivered", 30)
    assert len(hooks.got) == 1
    assert "s3cret" not in (tmp_path / "housekeeping.log").read_text()
