"""Whose session is over sees nothing more within two seconds: on the real server, a real stream and a real socket."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field

import pytest
import requests
import socketio
from sqlalchemy import text

from tests.browser.web_running import RunningWeb, running_web
from tests.support.running import wait_until
from tests.support.web_app import PASSWORD, csrf_token

LONGEST_S = 2.0
pytestmark = [pytest.mark.security, pytest.mark.alone]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningWeb]:
    with running_web(tmp_path_factory.mktemp("cut_off")) as running:
        running.add_online_camera("Front desk")
        yield running


@dataclass
class Watcher:
    """A person who watches a camera and follows the dashboard's socket."""

    running: RunningWeb
    name: str
    browser: requests.Session = field(default_factory=requests.Session)
    stream_ended_at_s: float = 0.0
    socket_ended_at_s: float = 0.0
    received_bytes: int = 0

    def __post_init__(self) -> None:
        page = self.browser.get(f"{self.running.url}/login", timeout=10).text
        form = {"csrf_token": csrf_token(page), "name": self.name, "password": PASSWORD}
        self.browser.post(f"{self.running.url}/login", form, timeout=10).raise_for_status()
        self._socket = socketio.Client(reconnection=False)
        self._socket.on("disconnect", self._note_disconnected, namespace="/dashboard")
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())}
        self._socket.connect(self.running.url, headers=headers, namespaces=["/dashboard"], transports=["websocket"])
        (camera,) = self.running.web.services.cameras.list()
        address = f"{self.running.url}/cameras/{camera.camera_id}/stream.mjpg"
        self._answer = requests.get(address, cookies=self.browser.cookies, stream=True, timeout=10)
        threading.Thread(target=self._read, daemon=True).start()
        wait_until(lambda: self.received_bytes > 10_000, "pictures come")

    def close(self) -> None:
        """Leave; what the server has cut off is closed too: the library leaves a connection that was reset open."""
        line = self._socket.eio.ws
        self._socket.disconnect()
        line.close()
        self.browser.close()

    @property
    def is_cut_off(self) -> bool:
        return bool(self.stream_ended_at_s and self.socket_ended_at_s)

    @property
    def has_lost_anything(self) -> bool:
        return bool(self.stream_ended_at_s or self.socket_ended_at_s)

    def _read(self) -> None:
        with suppress(requests.RequestException), self._answer:
            for chunk in self._answer.iter_content(1024):
                self.received_bytes += len(chunk)
        self.stream_ended_at_s = time.monotonic()

    def _note_disconnected(self, *_reason: object) -> None:
        self.socket_ended_at_s = time.monotonic()


@pytest.fixture(scope="module")
def bob(running: RunningWeb) -> Iterator[Watcher]:
    """Somebody whose session stands all the while."""
    with closing(Watcher(running, "bob")) as bob:
        yield bob


def log_out(watcher: Watcher) -> None:
    token = csrf_token(watcher.browser.get(f"{watcher.running.url}/", timeout=10).text)
    watcher.browser.post(f"{watcher.running.url}/logout", {"csrf_token": token}, timeout=10).raise_for_status()


def revoke(watcher: Watcher) -> None:
    services = watcher.running.web.services
    (signed_in,) = services.sessions.list(services.accounts.find(watcher.name).user_id)
    services.sessions.revoke(signed_in.session.session_id, "root")


def change(watcher: Watcher, **fields: object) -> None:
    accounts = watcher.running.web.services.accounts
    accounts.change(accounts.find(watcher.name).user_id, **{"role": "staff", "enabled": True, **fields})


def ask_for_new_password(watcher: Watcher) -> None:
    accounts = watcher.running.web.services.accounts
    accounts.ask_for_new_password(accounts.find(watcher.name).user_id)


def reset_password(watcher: Watcher) -> None:
    accounts = watcher.running.web.services.accounts
    accounts.reset_password(accounts.find(watcher.name).user_id)


def let_it_run_out(watcher: Watcher) -> None:
    web = watcher.running.web
    over = {"now": web.clock.now().replace(tzinfo=None), "user": web.services.accounts.find(watcher.name).user_id}
    with web.engine.begin() as connection:
        connection.execute(text("UPDATE sessions SET ends_at = :now WHERE user_id = :user"), over)


CAUSES = {
    "log-out": log_out,
    "revoked": revoke,
    "deactivated": lambda watcher: change(watcher, enabled=False),
    "another role": lambda watcher: change(watcher, role="manager"),
    "asked for a new password": ask_for_new_password,
    "password reset": reset_password,
    "the session's end": let_it_run_out,
}


@pytest.mark.parametrize("cause", CAUSES)
def test_video_and_socket_end_within_two_seconds(running: RunningWeb, bob: Watcher, cause: str) -> None:
    name = f"Watcher {list(CAUSES).index(cause)}"
    running.web.services.accounts.add(name, "staff", PASSWORD)
    with closing(Watcher(running, name)) as watcher:
        CAUSES[cause](watcher)
        wait_until(lambda: watcher.is_cut_off, "stream and socket end", LONGEST_S)
        assert not bob.has_lost_anything
