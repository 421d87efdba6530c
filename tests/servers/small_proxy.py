"""A proxy on loopback as sites have them before Amends: beneath a path, and not always kind to WebSockets."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Literal

Upgrades = Literal["pass", "400", "426", "502", "drop", "mute"]
_PIECE_BYTES = 65536


@dataclass
class SmallProxy:
    """What a proxy does, and what it saw.

    Attributes:
        target_port: of Amends, or of the next proxy.
        prefix: what it serves Amends beneath.
        strips: whether it takes the prefix off the path.
        upgrades: what becomes of a request for a WebSocket: passed on, refused with a status, left without an answer,
            or opened while nothing comes through.
        sent: headers that it sends besides.
        asked: the paths that came.
        strays: those of them outside the prefix.
        port: its own.
        root: the paths of all proxies together, where others follow.
    """

    target_port: int
    prefix: str = ""
    strips: bool = True
    upgrades: Upgrades = "pass"
    sent: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)
    port: int = 0
    root: str = ""

    @property
    def url(self) -> str:
        """The address at which Amends is seen: beneath the prefix, or `root` where another proxy follows."""
        return f"http://127.0.0.1:{self.port}{self.root or self.prefix.rstrip('/')}"

    def forwarded(self, path: str) -> str | None:
        """Return the path that is asked for behind it; None where it has nothing there."""
        root = self.prefix.rstrip("/")
        self.asked.append(path)
        if not path.startswith(f"{self.root or root}/"):
            self.strays.append(path)
            return None
        return path.removeprefix(root) if self.strips else path


class _Handler(StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        with suppress(OSError):
            self._answer(self.server.proxy)

    def _answer(self, proxy: SmallProxy) -> None:
        line = self.rfile.readline().decode("latin-1").split()
        if len(line) != 3:
            return
        headers = self._headers()
        path, is_upgrade = proxy.forwarded(line[1]), "upgrade" in headers
        if path is None:
            self._say("404 Not Found")
        elif is_upgrade and proxy.upgrades != "pass":
            self._refuse_upgrade(proxy.upgrades)
        else:
            self._pass_on(proxy, f"{line[0]} {path} HTTP/1.1", headers, is_upgrade)

    def _headers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        while line := self.rfile.readline().decode("latin-1").rstrip("\r\n"):
            name, _, value = line.partition(":")
            found[name.lower()] = value.strip()
        return found

    def _say(self, status: str) -> None:
        self.wfile.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())

    def _refuse_upgrade(self, upgrades: Upgrades) -> None:
        if upgrades == "mute":
            # A key as RFC 6455 has it cannot be answered without knowing it; a browser that waits for it waits on.
            self.wfile.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n")
        if upgrades in ("drop", "mute"):
            self.rfile.read()  # Until the browser gives up.
        else:
            self._say(f"{upgrades} No")

    def _pass_on(self, proxy: SmallProxy, line: str, headers: dict[str, str], is_upgrade: bool) -> None:
        if not is_upgrade:
            headers["connection"] = "close"
        before = headers.get("x-forwarded-for")
        headers["x-forwarded-for"] = f"{before}, 127.0.0.1" if before else "127.0.0.1"
        headers.setdefault("x-forwarded-host", headers.get("host", ""))
        if proxy.prefix:
            outer = headers.get("x-forwarded-prefix")
            headers["x-forwarded-prefix"] = f"{outer}, {proxy.prefix}" if outer else proxy.prefix
        head = "\r\n".join([line, *(f"{name}: {value}" for name, value in (headers | proxy.sent).items())])
        with socket.create_connection(("127.0.0.1", proxy.target_port)) as behind:
            behind.sendall(f"{head}\r\n\r\n".encode("latin-1"))
            sender = threading.Thread(target=self._pump_body, args=(behind,), daemon=True)
            sender.start()
            _pump(behind, self.connection)
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            sender.join()

    def _pump_body(self, behind: socket.socket) -> None:
        with suppress(OSError):
            while piece := self.rfile.read1(_PIECE_BYTES):  # type: ignore[attr-defined]
                behind.sendall(piece)
        with suppress(OSError):  # Who has left wants no more of the answer.
            behind.shutdown(socket.SHUT_RDWR)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE_BYTES):
            target.sendall(piece)


class _Server(ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, proxy: SmallProxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Handler)


@contextmanager
def small_proxy(proxy: SmallProxy) -> Iterator[SmallProxy]:
    """Serve until it is left."""
    server = _Server(proxy)
    server.block_on_close = False
    proxy.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
