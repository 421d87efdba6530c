"""Ends the live connections, sockets and streams, of sessions that are over."""

from collections.abc import Callable

from flask import Flask, current_app

from webapp.web.core.app_context import app_services, app_socketio
from webapp.web.core.logins import SessionLease
from webapp.web.live.clients import ConnectedClients
from webapp.web.live.event_tail import NAMESPACE
from webapp.web.live.streams import StreamViewers


def end_stale_connections(app: Flask) -> None:
    """End what sessions that are over have open, with one look at the database for all; what stays open is in use."""
    open_with = {place.lease.secret_hash for place in [*_viewers(app), *_streams(app)]}
    if not open_with:
        return
    sessions = app_services(app).sessions
    watching = sessions.watching(open_with)
    _end(app, lambda lease: not lease.is_among(watching))
    for session in watching.values():
        sessions.note_seen(session)


def end_connections_of(session_id: int) -> None:
    """End what a session of the current app that is over has open."""
    _end(current_app, lambda lease: lease.session_id == session_id)


def end_connections_of_person(user_id: int) -> None:
    """End what one person of the current app has open."""
    _end(current_app, lambda lease: lease.user_id == user_id)


def _end(app: Flask, is_over: Callable[[SessionLease], bool]) -> None:
    _streams(app).end(is_over)
    socketio = app_socketio(app)
    for viewer in _viewers(app):
        if is_over(viewer.lease):
            socketio.emit("session_ended", {}, namespace=NAMESPACE, to=viewer.sid)
            socketio.server.disconnect(viewer.sid, namespace=NAMESPACE)


def _viewers(app: Flask) -> ConnectedClients:
    viewers: ConnectedClients = app.extensions["amends_viewers"]
    return viewers


def _streams(app: Flask) -> StreamViewers:
    streams: StreamViewers = app.extensions["amends_streams"]
    return streams
