"""Somebody at a dashboard, seen from outside: a page, a socket that follows the event log, and one live view."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import requests
import socketio

from tests.support.running import PASSWORD, RunningAmends
from tests.support.web_app import csrf_token
from webapp.domain.events import EventKind

_NAMESPACE = "/dashboard"
FOLLOWED = frozenset(kind for kind in EventKind if kind.startswith(("incident_", "camera_")))


@dataclass
class Staff:
    """Signed in, and back by itself as a browser is.

    Attributes:
        amends: the product.
        camera_id: whose live view is open.
        event_ids: what came through the socket, in that order.
        repeated: how many messages came again.
        began_at_id: the newest event when the page was opened.
        reloads: how often the server could not say what was missed.
        frame_at_s: when the last piece of the live view came.
        connected_at_s: when the socket was last connected.
    """

    amends: RunningAmends
    camera_id: int
    event_ids: list[int] = field(default_factory=list)
    reloads: int = 0
    repeated: int = 0
    began_at_id: int = 0
    frame_at_s: float = 0.0
    connected_at_s: float = 0.0
    browser: requests.Session = field(default_factory=requests.Session)
    _leaving: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        page = self.browser.get(f"{self.amends.url}/login", timeout=10).text
        form = {"csrf_token": csrf_token(page), "name": "admin", "password": PASSWORD}
        self.browser.post(f"{self.amends.url}/login", form, timeout=10).raise_for_status()
        cookies = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        # As `static/js/lib/event-stream.js` has it.
        self._socket = socketio.Client(reconnection_delay=0.3, reconnection_delay_max=1)
        self._socket.on("connect", self._catch_up, namespace=_NAMESPACE)
        self._socket.on("*", self._note, namespace=_NAMESPACE)
        self._position = self.began_at_id = self.amends.installation.dashboard.last_event_id()
        self._socket.connect(
            self.amends.url,
            headers={"Cookie": cookies},
            auth={"catch_up": True},
            namespaces=[_NAMESPACE],
            transports=["websocket"],
        )
        self._viewer = threading.Thread(target=self._view, daemon=True)
        self._viewer.start()

    def leave(self) -> None:
        self._leaving.set()
        self._socket.disconnect()
        self._viewer.join(10)

    def gets_page(self) -> bool:
        with suppress(requests.RequestException):
            answer = self.browser.get(f"{self.amends.url}/incidents", timeout=2, allow_redirects=False)
            return answer.status_code == 200
        return False

    def has_caught_up(self, at_s: float) -> bool:
        """Return whether the socket is connected anew since then, and has brought all that the log holds."""
        return self.connected_at_s > at_s and self._position >= self._newest_id()

    def _newest_id(self) -> int:
        with self.amends.installation.adapters.unit_of_work.reading() as work:
            events = work.events.after(self._position, limit=1000)
        return max((event.event_id for event in events if event.kind in FOLLOWED), default=0)

    def _catch_up(self) -> None:
        self.connected_at_s = time.monotonic()
        self._socket.emit("catch_up", {"last_event_id": self._position}, namespace=_NAMESPACE)

    def _note(self, name: str, message: dict[str, Any]) -> None:
        if name == "reload":
            self.reloads += 1
        if name not in FOLLOWED:
            return
        if message["event_id"] <= self._position:
            self.repeated += 1
            return
        self._position = message["event_id"]
        self.event_ids.append(self._position)

    def _view(self) -> None:
        address = f"{self.amends.url}/cameras/{self.camera_id}/stream.mjpg"
        while not self._leaving.wait(0.2):
            with (
                suppress(requests.RequestException),
                requests.get(address, cookies=self.browser.cookies, stream=True, timeout=5) as answer,
            ):
                for _ in answer.iter_content(8192):
                    self.frame_at_s = time.monotonic()
                    if self._leaving.is_set():
                        break
