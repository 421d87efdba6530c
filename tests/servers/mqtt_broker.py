"""A real MQTT broker on this machine, and somebody who listens there as Home Assistant does."""

import json
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
from argon2 import PasswordHasher
from paho.mqtt.enums import CallbackAPIVersion

from tests.servers import free_port
from tests.support.running import wait_until


@dataclass
class Broker:
    """amqtt in a process of its own; it forgets what it retained when it ends.

    Attributes:
        folder: where its settings lie.
        port: where it listens.
        password: of the user "amends"; empty where anybody is let in.
        certificate: files with certificate and key; without them it speaks in clear.
    """

    folder: Path
    port: int = 0
    password: str = ""
    certificate: tuple[Path, Path] | None = None
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.port = free_port()

    def start(self) -> None:
        path = self.folder / "broker.yaml"
        path.write_text(json.dumps(self._config()))
        # Not with this process's warnings as errors: they are not ours.
        command = [sys.executable, "-W", "ignore", "-m", "amqtt.scripts.broker_script", "-c", str(path)]
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        wait_until(self._listens, "the broker listens", timeout_s=30)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    def _config(self) -> dict[str, Any]:
        listener: dict[str, Any] = {"type": "tcp", "bind": f"127.0.0.1:{self.port}"}
        if self.certificate:
            certfile, keyfile = map(str, self.certificate)
            listener |= {"ssl": True, "certfile": certfile, "keyfile": keyfile}
        plugins: dict[str, Any] = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
        if self.password:
            passwords = self.folder / "passwords"
            passwords.write_text(f"amends:{PasswordHasher().hash(self.password)}\n")
            plugins = {"amqtt.plugins.authentication.FileAuthPlugin": {"password_file": str(passwords)}}
        return {"listeners": {"default": listener}, "plugins": plugins}

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


@dataclass
class Listener:
    """What a client that subscribes to everything gets.

    Attributes:
        got: topic, payload and whether it was retained before the client came, in order.
    """

    got: list[tuple[str, str, bool]] = field(default_factory=list)

    def last(self, topic: str) -> str | None:
        """Return the last payload of a topic."""
        return next((payload for at, payload, _retained in reversed(self.got) if at == topic), None)

    def json(self, topic: str) -> dict[str, Any] | None:
        """Return the last payload of a topic, read."""
        payload = self.last(topic)
        return json.loads(payload) if payload else None


@contextmanager
def listening(broker: Broker) -> Iterator[Listener]:
    """Subscribe to everything, at QoS 1."""
    listener = Listener()
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"listener-{secrets.token_hex(4)}")
    client.on_message = lambda _client, _data, message: listener.got.append(
        (message.topic, message.payload.decode(), bool(message.retain))
    )
    subscribed: list[bool] = []
    client.on_connect = lambda *_args: client.subscribe("#", qos=1)
    client.on_subscribe = lambda *_args: subscribed.append(True)
    if broker.password:
        client.username_pw_set("amends", broker.password)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    try:
        wait_until(lambda: subscribed, "the listener listens", timeout_s=10)
        yield listener
    finally:
        client.disconnect()
        client.loop_stop()


def retained(broker: Broker) -> dict[str, str]:
    """Return what stands at a broker now, as somebody finds it who comes later."""
    with listening(broker) as listener:
        time.sleep(0.5)
        return {topic: payload for topic, payload, was_retained in listener.got if was_retained and payload}


@contextmanager
def mqtt_broker(folder: Path, *, password: str = "", certificate: tuple[Path, Path] | None = None) -> Iterator[Broker]:
    """Run a broker on a free port of this machine."""
    broker = Broker(folder, password=password, certificate=certificate)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()
