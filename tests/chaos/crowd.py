"""Many browsers of one person, without the browsers: dashboards on a socket, and viewers of live pictures."""

import json
import re
import selectors
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

import requests
import websocket

from tests.support.running import RunningAmends

_WAIT_S = 10


def signed_in(amends: RunningAmends, name: str, password: str) -> str:
    """Return the cookie of somebody who has signed in."""
    browser = requests.Session()
    page = browser.get(f"{amends.url}/login", timeout=_WAIT_S).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token, page
    form = {"csrf_token": token[1], "name": name, "password": password}
    answer = browser.post(f"{amends.url}/login", data=form, timeout=_WAIT_S, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)


@dataclass
class Crowd:
    """Dashboards that stay connected, read by one thread, which notes when each event came to each of them.

    Attributes:
        delays_s: event id → seconds from the event to each dashboard that got it.
        lost: how many were disconnected.
    """

    amends: RunningAmends
    cookie: str
    delays_s: dict[int, list[float]] = field(default_factory=dict)
    lost: int = 0
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def join(self, count: int) -> None:
        """Connect so many dashboards, and begin to read."""
        for _ in range(count):
            line = _connected(self.amends, self.cookie)
            self._selector.register(line.sock, selectors.EVENT_READ, line)
        self._thread = threading.Thread(target=self._read, name="crowd", daemon=True)
        self._thread.start()

    @property
    def size(self) -> int:
        """How many are connected."""
        return len(self._selector.get_map())

    def close(self) -> None:
        """Disconnect all."""
        self._stopping.set()
        self._thread.join(_WAIT_S)
        for key in list(self._selector.get_map().values()):
            key.data.close(timeout=0)

    def _read(self) -> None:
        while not self._stopping.is_set():
            for key, _events in self._selector.select(0.1):
                try:
                    self._take(key.data)
                except (OSError, websocket.WebSocketException):
                    self._selector.unregister(key.fileobj)
                    self.lost += 1

    def _take(self, line: websocket.WebSocket) -> None:
        packet, at = line.recv(), time.time()
        if packet == "2":
            line.send("3")
        elif isinstance(packet, str) and packet.startswith("42/dashboard,"):
            _name, message = json.loads(packet.partition(",")[2])
            if "event_id" in message:
                delay_s = at - datetime.fromisoformat(message["at"]).timestamp()
                self.delays_s.setdefault(message["event_id"], []).append(delay_s)
        elif packet == "":
            raise websocket.WebSocketConnectionClosedException


def _connected(amends: RunningAmends, cookie: str) -> websocket.WebSocket:
    address = f"ws://127.0.0.1:{amends.settings.port}/socket.io/?EIO=4&transport=websocket"
    line: websocket.WebSocket = websocket.create_connection(address, timeout=_WAIT_S, cookie=cookie, origin=amends.url)
    assert line.recv().startswith("0")
    line.send("40/dashboard,")
    assert line.recv().startswith("40/dashboard,"), "not let in"
    return line


@dataclass
class Viewer:
    """One viewer of a camera's live pictures, on a bare connection."""

    line: socket.socket

    @classmethod
    def of(cls, amends: RunningAmends, cookie: str, camera_id: int) -> "Viewer":
        """Begin to view; the head of the answer is read, and nothing more."""
        line = socket.create_connection(("127.0.0.1", amends.settings.port), timeout=_WAIT_S)
        # A viewer that reads nothing is to be felt at once, and not after megabytes.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
        host, path = f"127.0.0.1:{amends.settings.port}", f"/cameras/{camera_id}/stream.mjpg"
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n".encode())
        answer = line.recv(200)
        assert b" 200 " in answer, answer
        return cls(line)

    def close(self) -> None:
        """Go away in the midst: what was sent is unread, so that the server is sent a reset."""
        self.line.close()


def read_all(viewers: list[Viewer], seconds: float) -> int:
    """Read what comes to all these viewers for a while, and return how many of them got something to its end."""
    until_s, newest_s = time.monotonic() + seconds, dict.fromkeys(range(len(viewers)), 0.0)
    with selectors.DefaultSelector() as selector:
        for number, viewer in enumerate(viewers):
            selector.register(viewer.line, selectors.EVENT_READ, number)
        while time.monotonic() < until_s:
            for key, _events in selector.select(0.1):
                if not key.fileobj.recv(2**16):  # type: ignore[union-attr]
                    selector.unregister(key.fileobj)
                newest_s[key.data] = time.monotonic()
    return sum(until_s - at_s < seconds / 2 for at_s in newest_s.values())
