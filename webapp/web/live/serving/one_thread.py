"""Serves all connections in one thread, by eventlet."""

import socket
from functools import partial

import eventlet
import eventlet.wsgi
from flask import Flask

from webapp.settings import Settings
from webapp.web.live import websockets
from webapp.web.live.http_connections import TimedProtocol
from webapp.web.live.serving.connection_counts import ConnectionCounts

# A viewer that takes no byte for this long is dropped: its place is wanted.
_SOCKET_TIMEOUT_S = 30


def listen(settings: Settings, backlog: int) -> socket.socket:
    """Return the socket that browsers come to.

    Raises:
        OSError: there is no such address, or something else listens there.
    """
    family, _, _, _, address = eventlet.green.socket.getaddrinfo(settings.host, settings.port)[0]
    # Left alone, eventlet sets SO_REUSEPORT: a second server would take half of the requests from the first one.
    listening: socket.socket = eventlet.listen(address, family, backlog=backlog, reuse_port=False)
    return listening


def serve(app: Flask, settings: Settings, listening: socket.socket) -> None:
    """Serve until the process ends."""
    websockets.install()
    # As `SocketIO.run` does, but without `debug`, which would answer rubbish with a traceback.
    protocol = partial(TimedProtocol, counts=ConnectionCounts.by(settings))
    eventlet.wsgi.server(
        listening,
        app,
        log_output=False,
        debug=False,
        socket_timeout=_SOCKET_TIMEOUT_S,
        protocol=protocol,
    )
