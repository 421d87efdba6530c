"""The Socket.IO namespace `/kiosk`; docs/socket-events.md names its events."""

import time
from typing import Any

import structlog
from flask import Flask, current_app, request
from flask_socketio import disconnect, emit

from webapp.domain.cameras.kiosks import check_frame
from webapp.errors import InputInvalid
from webapp.services.cameras.kiosk_frames import KioskFrames
from webapp.services.cameras.kiosks import KioskService
from webapp.web.core.app_context import app_services, app_socketio
from webapp.web.core.guards import public
from webapp.web.core.template_filters import error_words
from webapp.web.kiosk.kiosk_connections import KioskConnection, KioskConnections
from webapp.web.live.sockets import GuardedNamespace

KIOSK_NAMESPACE = "/kiosk"
KIOSK_COOKIE = "amends_kiosk"
_log = structlog.get_logger("webapp.web")


class KioskNamespace(GuardedNamespace):
    """What screens may send: pictures of their own camera, and nothing else.

    No person is behind a screen, so no handler names a role; each asks whether the screen's own secret still opens
    the camera, also when people are signed in on the same browser.
    """

    def __init__(self, app: Flask, connections: KioskConnections) -> None:
        super().__init__(KIOSK_NAMESPACE)
        services = app_services(app)
        self._kiosks: KioskService = services.kiosks
        self._sent: KioskFrames = services.sent
        self._connections = connections

    @public
    def on_connect(self, _auth: object = None) -> bool:
        """Let in a paired screen; it takes the place of one that is there already."""
        secret = request.cookies.get(KIOSK_COOKIE, "")
        found = self._kiosks.find(secret)
        if found is None or self._connections.gate(found.camera.camera_id).is_flooded(time.monotonic()):
            return False
        end_screens_of(found.camera.camera_id, "replaced")
        line = KioskConnection(_sid(), found.camera.camera_id, secret)
        self._connections.add(line)
        self._connections.note_newest(line)
        return True

    @public
    def on_disconnect(self, *_reason: object) -> None:
        """Take the picture of a screen that has left away; one that was replaced leaves that to its successor."""
        line = self._connections.remove(_sid())
        if line is not None:
            self._sent.end(line.camera_id)

    @public
    def on_frame(self, *sent: object) -> dict[str, Any] | None:
        """Take one picture and say so: the screen waits for that before it sends the next one."""
        line = self._connections.get(_sid())
        if line is None:
            disconnect()
            return None
        if not self._connections.gate(line.camera_id).admits(time.monotonic()):
            return self._slow_down(line)
        try:
            return self._take(line, check_frame(sent[0] if len(sent) == 1 else None))
        except InputInvalid as error:
            return {"refused": error_words(error)}

    def _take(self, line: KioskConnection, jpeg: bytes) -> dict[str, Any] | None:
        found = self._kiosks.find(line.secret)
        if found is None or found.camera.camera_id != line.camera_id:
            self._connections.remove(line.sid)
            self._sent.end(line.camera_id)
            emit("unpaired", {})
            disconnect()
            return None
        if not found.camera.enabled:
            self._sent.end(line.camera_id)
            return {"off": True}
        try:
            self._sent.put(line.camera_id, jpeg)
        except OSError as error:
            _log.error("sent_picture_not_kept", camera_id=line.camera_id, error=error.strerror)
            return {"refused": "There is no storage for the picture; ask an admin to check the disk."}
        return {"taken": True}

    def _slow_down(self, line: KioskConnection) -> dict[str, Any]:
        if self._connections.gate(line.camera_id).is_flooded(time.monotonic()):
            _log.warning("kiosk_flooded", camera_id=line.camera_id)
            disconnect()
        return {"refused": "Too many pictures: send the next one when this one was answered."}


def end_screens_of(camera_id: int, event: str) -> None:
    """Disconnect the screens of a camera of the current app at once and tell them why."""
    for line in current_connections():
        if line.camera_id == camera_id:
            _end(line, event)


def end_unpaired_screens(app: Flask) -> None:
    """Disconnect the screens whose pairing is over or whose place another one took, also those that send nothing."""
    with app.app_context():
        for line in current_connections():
            found = app_services().kiosks.find(line.secret)
            if found is None or found.camera.camera_id != line.camera_id:
                _end(line, "unpaired")
            elif not current_connections().is_newest(line):
                _end(line, "replaced")


def _end(line: KioskConnection, event: str) -> None:
    current_connections().remove(line.sid)
    app_services().sent.end(line.camera_id)
    app_socketio().emit(event, {}, namespace=KIOSK_NAMESPACE, to=line.sid)
    app_socketio().server.disconnect(line.sid, namespace=KIOSK_NAMESPACE)


def current_connections() -> KioskConnections:
    """Return the connected screens of the current app."""
    connections: KioskConnections = current_app.extensions["amends_kiosk_lines"]
    return connections


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]
