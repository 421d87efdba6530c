"""A small proxy before several web servers: each new connection goes to the next one that takes it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import BaseRequestHandler, ThreadingTCPServer

_PIECE_BYTES = 65536


@dataclass
class Balancer:
    """Passes connections on.

    Attributes:
        targets: the ports of the web servers.
        following: the place in `targets` whose turn is next.
        taken: the ports to which connections went, in their order.
        port: its own.
    """

    targets: list[int]
    following: int = 0
    taken: list[int] = field(default_factory=list)
    port: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        """The address that browsers have."""
        return f"http://127.0.0.1:{self.port}"

    def connected(self) -> socket.socket | None:
        """Return a connection to the server whose turn it is, or to the next one that is there."""
        with self._lock:
            order = [self.targets[(self.following + step) % len(self.targets)] for step in range(len(self.targets))]
            self.following = (self.following + 1) % len(self.targets)
        for port in order:
            with suppress(OSError):
                behind = socket.create_connection(("127.0.0.1", port), timeout=2)
                behind.settimeout(None)
                self.taken.append(port)
                return behind
        return None


class _Handler(BaseRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        behind = self.server.balancer.connected()
        if behind is None:
            return
        with behind:
            sender = threading.Thread(target=_pump, args=(self.request, behind), daemon=True)
            sender.start()
            _pump(behind, self.request)
            sender.join(1)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE_BYTES):
            target.sendall(piece)
    for end in (source, target):  # Whichever end is gone, the other one is to notice.
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, balancer: Balancer) -> None:
        self.balancer = balancer
        super().__init__(("127.0.0.1", 0), _Handler)


@contextmanager
def balancer(*targets: int) -> Iterator[Balancer]:
    """Serve until it is left."""
    balanced = Balancer(list(targets))
    server = _Server(balanced)
    server.block_on_close = False
    balanced.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield balanced
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
