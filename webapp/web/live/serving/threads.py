"""Serves each connection in a thread of its own, by Werkzeug: what eventlet could be left for (ADR 25)."""

import socket
import threading
import time
from contextlib import suppress

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from webapp.settings import Settings
from webapp.web.live.serving.connection_counts import ConnectionCounts

# From the connection on; each carries one request.
_HEAD_S = 10.0


class _Handler(WSGIRequestHandler):
    server: "_Server"
    protocol_version = "HTTP/1.1"
    timeout = 30

    def handle(self) -> None:
        """Serve a connection, if its address may have one more."""
        address = str(self.client_address[0])
        if not self.server.enter(self.connection, address):
            return
        try:
            super().handle()
        finally:
            self.server.leave(self.connection, address)

    def parse_request(self) -> bool:
        """Read the rest of the head; from then on it may take longer."""
        try:
            return super().parse_request()
        finally:
            self.server.has_head(self.connection)

    def log(self, type: str, message: str, *args: object) -> None:
        """Log nothing: the application logs its requests itself."""


class _Server(ThreadedWSGIServer):
    def __init__(self, app: Flask, settings: Settings, listening: socket.socket) -> None:
        super().__init__(settings.host, settings.port, app, _Handler, fd=listening.fileno())
        self._counts, self._lock = ConnectionCounts.by(settings), threading.Lock()
        self._heads_due_s: dict[socket.socket, float] = {}

    def enter(self, line: socket.socket, address: str) -> bool:
        """Count one more connection and return whether it may stay."""
        with self._lock:
            may_stay = self._counts.enter(address, time.monotonic())
            if may_stay:
                self._heads_due_s[line] = time.monotonic() + _HEAD_S
        return may_stay

    def has_head(self, line: socket.socket) -> None:
        """Note that the head of a connection's request has come."""
        with self._lock:
            self._heads_due_s.pop(line, None)

    def leave(self, line: socket.socket, address: str) -> None:
        """Count one connection less."""
        with self._lock:
            self._heads_due_s.pop(line, None)
            self._counts.leave(address)

    def service_actions(self) -> None:
        """Cut the connections whose head is due; called twice a second."""
        with self._lock:
            due = [line for line, due_s in self._heads_due_s.items() if due_s < time.monotonic()]
        for line in due:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def log(self, type: str, message: str, *args: object) -> None:
        """Log nothing: the application logs what fails in it, and strangers' rubbish is not worth a line here."""


def listen(settings: Settings, backlog: int) -> socket.socket:
    """Return the socket that browsers come to.

    Raises:
        OSError: there is no such address, or something else listens there.
    """
    family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
    return socket.create_server(address[:2], family=family, backlog=backlog)


def serve(app: Flask, settings: Settings, listening: socket.socket) -> None:
    """Serve until the process ends."""
    _Server(app, settings, listening).serve_forever()
