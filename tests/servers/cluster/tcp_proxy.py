"""A TCP proxy on loopback that a test turns bad: it refuses, it hangs, it loses one answer."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Literal

_PIECE_BYTES = 65536
_LOOKS_AGAIN_S = 0.02


@dataclass
class TCPProxy:
    """What it does with connections, those that are open too.

    Attributes:
        target_port: where what comes goes to.
        mode: passes all on, closes every connection, or passes nothing on and keeps silent.
        loses_answer_to: once words like these have passed, their connection is closed before the answer comes.
        port: its own.
    """

    target_port: int
    mode: Literal["pass", "refuse", "hang"] = "pass"
    loses_answer_to: bytes = b""
    port: int = 0
    lost: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.server.proxy.target_port)) as behind:
            back = threading.Thread(target=self._pump, args=(behind, self.request), daemon=True)
            back.start()
            self._pump(self.request, behind)
            back.join()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        self._pump_on(source, target)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _pump_on(self, source: socket.socket, target: socket.socket) -> None:
        proxy = self.server.proxy
        source.settimeout(_LOOKS_AGAIN_S)
        while proxy.mode != "refuse" and not self.server.is_over:
            if proxy.mode == "hang":
                time.sleep(_LOOKS_AGAIN_S)
                continue
            try:
                piece = source.recv(_PIECE_BYTES)
            except TimeoutError:
                continue
            except OSError:
                return
            if not piece or not self._passes(source, target, piece):
                return

    def _passes(self, source: socket.socket, target: socket.socket, piece: bytes) -> bool:
        """Pass on what came; return whether the connection goes on."""
        proxy = self.server.proxy
        if proxy.loses_answer_to and source is self.request and proxy.loses_answer_to in piece.lower():
            proxy.loses_answer_to = b""
            with suppress(OSError):
                self.request.shutdown(socket.SHUT_RDWR)
            target.sendall(piece)
            time.sleep(0.3)  # The server does what it was asked to do.
            proxy.lost.set()
            return False
        with suppress(OSError):
            target.sendall(piece)
            return True
        return False


class _Server(ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, proxy: TCPProxy) -> None:
        self.proxy, self.is_over = proxy, False
        super().__init__(("127.0.0.1", 0), _Handler)


@contextmanager
def tcp_proxy(target_port: int) -> Iterator[TCPProxy]:
    """Serve until it is left."""
    proxy = TCPProxy(target_port)
    server = _Server(proxy)
    server.block_on_close = False
    proxy.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield proxy
    finally:
        server.is_over = True
        server.shutdown()
        thread.join()
        server.server_close()
