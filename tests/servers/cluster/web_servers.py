"""Two web servers of the running product, and what a page does with them."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
import socketio

from tests.servers import free_port
from tests.servers.cluster.redis_server import RedisServer
from tests.support.running import PASSWORD, REPOSITORY_DIR, RunningAmends, wait_until
from webapp.domain.alerts.decisions import AlertChange, AlertDecision
from webapp.domain.events import PUSHED_KINDS
from webapp.domain.vision.emotions import Emotion

NAMESPACE = "/dashboard"
WAIT_S = 10
# As the pages do; see event-stream.js.
AGAIN = {"reconnection_delay": 0.3, "reconnection_delay_max": 1, "randomization_factor": 0.5}


@dataclass
class WebServers:
    """The product with its first web server, and one more.

    Attributes:
        amends: `run.py serve`.
        second_port: where the other web server is.
    """

    amends: RunningAmends
    redis: RedisServer
    second_port: int = field(default_factory=free_port)
    tracks: int = 0

    @property
    def first(self) -> str:
        return self.amends.url

    @property
    def second(self) -> str:
        return f"http://127.0.0.1:{self.second_port}"

    def start_second(self) -> None:
        command = [sys.executable, str(REPOSITORY_DIR / "run.py"), "web", "--port", str(self.second_port)]
        with (self.amends.settings.data_dir / "second.txt").open("ab") as log:
            self.process = subprocess.Popen(command, env=self.amends.environment, stdout=log, stderr=log)
        wait_until(lambda: answers(self.second), "the second web server answers", 30)

    def kill_second(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def stop_second(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) in (0, -signal.SIGTERM)

    def raise_alert(self) -> int:
        """Open an incident as vision does; return its event's id."""
        installation = self.amends.installation
        self.tracks += 1
        now = installation.clock.now()
        opened = AlertDecision(AlertChange.OPENED, self.tracks, self.tracks, Emotion.ANGRY, now, now, 0.9, 0.9)
        installation.recorder.record(installation.cameras.find("Demo"), [opened], None)
        installation.recorder.flush()
        return self.event_ids()[-1]

    def event_ids(self) -> list[int]:
        """Return the ids of all events that browsers are sent."""
        with self.amends.installation.adapters.unit_of_work.reading() as work:
            return [event.event_id for event in work.events.after(0, limit=5000) if event.kind in PUSHED_KINDS]


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page
    return found[1]


def post_login(session: requests.Session, url: str, name: str, password: str, form: str = "") -> int:
    """Send the form of the log-in page, which may have come from another server; return the status."""
    page = session.get(f"{form or url}/login", timeout=WAIT_S).text
    fields = {"csrf_token": token_of(page), "name": name, "password": password}
    return session.post(f"{url}/login", data=fields, timeout=WAIT_S, allow_redirects=False).status_code


def signed_in(url: str, form: str = "") -> requests.Session:
    session = requests.Session()
    assert post_login(session, url, "admin", PASSWORD, form) == 302
    return session


def post(session: requests.Session, url: str, path: str) -> requests.Response:
    page = session.get(f"{url}/account", timeout=WAIT_S).text
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token, page
    headers = {"X-CSRFToken": token[1], "Accept": "application/json"}
    return session.post(f"{url}{path}", headers=headers, timeout=WAIT_S)


@dataclass
class Dashboard:
    """What a page does with its socket: it follows the log, and says after each connection what it has seen."""

    events: list[tuple[str, dict[str, Any], float]] = field(default_factory=list)
    connects: list[float] = field(default_factory=list)
    last_id: int = 0
    reloads: int = 0

    def ids(self) -> list[int]:
        return [message["event_id"] for _name, message, _at in self.events]

    def has(self, event_id: int) -> bool:
        return event_id in self.ids()

    def at_s(self, name: str, incident_id: int) -> float | None:
        return next((at for n, m, at in self.events if n == name and m.get("incident_id") == incident_id), None)

    def take(self, name: str, *messages: Any) -> None:
        message = messages[0] if messages else {}
        if name == "reload":
            self.reloads += 1
        if isinstance(message, dict) and message.get("event_id", 0) > self.last_id:
            self.last_id = message["event_id"]
            self.events.append((name, message, time.monotonic()))


@contextmanager
def dashboard(url: str, session: requests.Session, last_id: int) -> Iterator[Dashboard]:
    seen, client = Dashboard(last_id=last_id), socketio.Client(**AGAIN)

    def on_connect() -> None:
        client.emit("catch_up", {"last_event_id": seen.last_id}, namespace=NAMESPACE)
        seen.connects.append(time.monotonic())

    client.on("connect", on_connect, namespace=NAMESPACE)
    client.on("*", seen.take, namespace=NAMESPACE)
    cookies = "; ".join(f"{one.name}={one.value}" for one in session.cookies)
    client.connect(
        url, headers={"Cookie": cookies}, namespaces=[NAMESPACE], transports=["websocket"], auth={"catch_up": True}
    )
    try:
        wait_until(lambda: seen.connects, "it is connected", 5)
        yield seen
    finally:
        client.disconnect()
