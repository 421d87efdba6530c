"""The Socket.IO namespace `/dashboard`; docs/socket-events.md names its events."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from flask import Flask, request
from flask_socketio import Namespace, disconnect, emit

from webapp.domain.people.roles import Role
from webapp.web.core.guards import access_of, first_step_due, public, requires, signed_in_user
from webapp.web.core.input.row_ids import is_row_id
from webapp.web.core.languages import page_language
from webapp.web.core.logins import current_lease
from webapp.web.live.acts import acted
from webapp.web.live.clients import ConnectedClients, SocketClient
from webapp.web.live.event_tail import NAMESPACE, EventTail
from webapp.web.live.storage_feed import StorageFeed

_Handler = Callable[..., Any]


def for_role(role: Role) -> Callable[[_Handler], _Handler]:
    """Call a socket handler only for who has the role; others are refused or, if connected, disconnected."""

    def guard(handler: _Handler) -> _Handler:
        @requires(role)
        @wraps(handler)
        def guarded(*args: Any) -> Any:
            user = signed_in_user()
            if user is not None and user.may(role) and first_step_due() is None:
                return handler(*args)
            if handler.__name__ != "on_connect":
                emit("session_ended", {})
                disconnect()
            return False

        return guarded

    return guard


class GuardedNamespace(Namespace):
    """A namespace each of whose handlers says who may call it; one that says nothing is never called."""

    def trigger_event(self, event: str, *args: Any) -> Any:
        """Call the handler of an event, unless it names nobody."""
        handler = getattr(self, f"on_{event or ''}", None)
        if handler is None or access_of(handler) is None:
            return False if event == "connect" else None
        return super().trigger_event(event, *args)


class _Greeting(Protocol):
    def send_to(self, sid: str) -> None:
        """Tell one browser how it is now, once it has caught up."""


class DashboardNamespace(GuardedNamespace):
    """What the browsers of people may send. Each handler names its role."""

    def __init__(self, app: Flask, viewers: ConnectedClients) -> None:
        super().__init__(NAMESPACE)
        self._tail: EventTail = app.extensions["amends_tail"]
        self._storage: StorageFeed = app.extensions["amends_storage"]
        self._reach: _Greeting = app.extensions["amends_reach"]
        self._viewers = viewers

    @for_role(Role.STAFF)
    def on_connect(self, auth: object = None) -> bool:
        """Let in who is signed in; a browser that will say which event it saw last gets nothing before."""
        lease = current_lease()
        if lease is None:
            return False
        waits = isinstance(auth, dict) and auth.get("catch_up") is True
        self._viewers.add(SocketClient(_sid(), lease, page_language(), None if waits else self._tail.last_id))
        return True

    @public
    def on_disconnect(self, *_reason: object) -> None:
        """Forget who has left."""
        self._viewers.remove(_sid())

    @for_role(Role.STAFF)
    def on_catch_up(self, message: object = None, *_more: object) -> None:
        """Send what the browser missed since the event that it names."""
        viewer = self._viewers.get(_sid())
        if viewer is not None:
            self._storage.send_to(viewer.sid)
            self._reach.send_to(viewer.sid)
            self._tail.catch_up(viewer, _event_id(message))

    @for_role(Role.STAFF)
    def on_act(self, message: object = None, *_more: object) -> dict[str, Any]:
        """Acknowledge, resolve or undo, where a browser has no connection left to ask over HTTP."""
        return acted(message)


def _event_id(message: object) -> int:
    """Return the event id of a message; -1, which asks for a reload, where there is none."""
    event_id = message.get("last_event_id") if isinstance(message, dict) else None
    return event_id if is_row_id(event_id, least=0) else -1


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]
