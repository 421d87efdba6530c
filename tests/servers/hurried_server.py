"""Serves as the product does, with a second for what has more there: `python -m tests.servers.hurried_server PORT`."""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import eventlet
import eventlet.wsgi
from eventlet import websocket

from webapp.web.live.http_connections import ConnectionCounts, ConnectionTimes, TimedProtocol

LARGE_BYTES = 40 * 2**20


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Say how long the body was, send much, or send back what comes through a WebSocket."""
    if environ["PATH_INFO"] == "/socket":
        echoing: Iterable[bytes] = websocket.WebSocketWSGI(_echo)(environ, start_response)
        return echoing
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [bytes(LARGE_BYTES)] if environ["PATH_INFO"] == "/large" else [str(len(body)).encode()]


def _echo(line: Any) -> None:
    while (message := line.wait()) is not None:
        line.send(message)


if __name__ == "__main__":
    protocol = partial(TimedProtocol, counts=ConnectionCounts(0), times=ConnectionTimes(1, 1, 1))
    listening = eventlet.listen(("127.0.0.1", int(sys.argv[1])))
    eventlet.wsgi.server(listening, application, log_output=False, socket_timeout=30, protocol=protocol)
