"""Ends the live connections of sessions that are over."""

from collections.abc import Callable

from flask import Flask, current_app

from webapp.web.core.app_context import app_services, app_socketio
from webapp.web.live.clients import ConnectedClients, SocketClient
from webapp.web.live.event_tail import NAMESPACE


def end_stale_connections(app: Flask) -> None:
    """Disconnect the browsers whose session has ended."""
    services = app_services(app)
    _end(app, lambda viewer: not viewer.lease.is_valid(services))


def end_connections_of(session_id: int) -> None:
    """Disconnect the pages of a session of the current app that is over."""
    _end(None, lambda viewer: viewer.lease.session_id == session_id)


def end_connections_of_person(user_id: int) -> None:
    """Disconnect all pages of one person of the current app."""
    _end(None, lambda viewer: viewer.lease.user_id == user_id)


def _end(app: Flask | None, is_over: Callable[[SocketClient], bool]) -> None:
    socketio = app_socketio(app)
    viewers: ConnectedClients = (app or current_app).extensions["amends_viewers"]
    for viewer in viewers:
        if is_over(viewer):
            socketio.emit("session_ended", {}, namespace=NAMESPACE, to=viewer.sid)
            socketio.server.disconnect(viewer.sid, namespace=NAMESPACE)
