"""Serves the app: the listening socket and the tasks beside it."""

import socket
from collections.abc import Callable
from importlib import import_module
from types import ModuleType

import structlog
from flask import Flask

from webapp.settings import Settings
from webapp.web.core.app_context import app_services, app_socketio
from webapp.web.kiosk.kiosk_socket import end_unpaired_screens
from webapp.web.live.connections import end_stale_connections
from webapp.web.live.event_tail import EventTail
from webapp.web.live.faces_feed import FacesFeed
from webapp.web.live.loop_lateness import LoopLateness
from webapp.web.live.serving import engine_socket
from webapp.web.live.storage_feed import StorageFeed
from webapp.web.live.streams import StreamViewers
from webapp.web.notifications.reach_feed import ReachFeed

_HEARTBEAT_S = 1.0
_CONNECTION_CHECK_S = 1.0
# After a failure, so that a database that is away fills no log.
_CHECK_AGAIN_S = 10.0
# A connection that finds no place in the queue is tried again by its sender after a whole second.
_BACKLOG = 512
_log = structlog.get_logger("webapp.web")


def listen(settings: Settings) -> socket.socket:
    """Return the socket that browsers come to; what has come waits until it is served.

    Raises:
        OSError: there is no such address, or something else listens there.
    """
    listening: socket.socket = _serving(settings).listen(settings, _BACKLOG)
    # Connections inherit it. An answer is written in parts, and the last one would wait until the browser has said that
    # it got the others, which it puts off for 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def serve(
    app: Flask, settings: Settings, *, on_heartbeat: Callable[[], None], listening: socket.socket | None = None
) -> None:
    """Serve until the process ends.

    Args:
        app: made by `create_app`.
        settings: host, port and the tail's rhythm.
        on_heartbeat: called every second while the server is responsive.
        listening: what `listen` returned; without one it listens now.
    """
    engine_socket.install()
    start_tasks(app, settings)
    app_socketio(app).start_background_task(_beat, app, on_heartbeat)
    _serving(settings).serve(app, settings, listening or listen(settings))


def _serving(settings: Settings) -> ModuleType:
    """Return what serves connections; only one of the two is loaded."""
    name = "one_thread" if settings.async_mode == "eventlet" else "threads"
    return import_module(f"webapp.web.live.serving.{name}")


def start_tasks(app: Flask, settings: Settings) -> None:
    """Start what follows the event log, the faces, what is not stored, and which connections are over."""
    socketio = app_socketio(app)
    tail: EventTail = app.extensions["amends_tail"]
    faces: FacesFeed = app.extensions["amends_faces"]
    storage: StorageFeed = app.extensions["amends_storage"]
    socketio.start_background_task(tail.run, settings.event_poll_ms / 1000)
    socketio.start_background_task(faces.run)
    socketio.start_background_task(storage.run)
    reach: ReachFeed = app.extensions["amends_reach"]
    socketio.start_background_task(reach.run)
    socketio.start_background_task(_watch_connections, app)


def _beat(app: Flask, on_heartbeat: Callable[[], None]) -> None:
    lateness: LoopLateness = app.extensions["amends_lateness"]
    while True:
        on_heartbeat()
        lateness.sleep(app_socketio(app).sleep, _HEARTBEAT_S)


def _watch_connections(app: Flask) -> None:
    streams: StreamViewers = app.extensions["amends_streams"]
    while True:
        app_socketio(app).sleep(_CONNECTION_CHECK_S)
        try:
            app_services(app).adapters.shared.check()
            streams.keep()
            end_stale_connections(app)
            end_unpaired_screens(app)
        except Exception as error:  # noqa: BLE001 - a task's boundary: logged and tried again.
            _log.error("connection_watch_failed", exc_info=error)
            app_socketio(app).sleep(_CHECK_AGAIN_S)
