"""Tails the event log and sends each browser what it has not seen, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from flask_socketio import SocketIO

from webapp.domain.alerts.incidents import is_for_dashboards, is_recent
from webapp.domain.cameras.cameras import StateReason
from webapp.domain.events import PUSHED_KINDS, Event, EventKind
from webapp.web.core.app_context import WebServices
from webapp.web.core.template_filters import state_reason_message
from webapp.web.live.clients import ConnectedClients, SocketClient

NAMESPACE = "/dashboard"
MAX_CATCH_UP = 500
_BATCH = 500
_MAX_BACK_OFF_S = 2.0
_log = structlog.get_logger("webapp.web")


@dataclass
class EventTail:
    """Follows the log by event id.

    Ids become visible in order, because there is one writer at a time: SQLite sees to it by itself, and on PostgreSQL
    each transaction that writes holds an advisory lock (`storage.db.postgresql.connections`), on whatever machine.

    Attributes:
        last_id: the newest event that was read.
        lag_s: seconds from the newest pushed event's time to its push.
        pushed_count: events pushed since the start.
    """

    services: WebServices
    socketio: SocketIO
    viewers: ConnectedClients
    last_id: int = 0
    lag_s: float = 0.0
    pushed_count: int = 0

    def run(self, poll_s: float) -> None:
        """Follow the log for ever; a database that is away for a while stops nothing."""
        self.start_at_end()
        failures = 0
        while True:
            try:
                self.push_new()
                failures = 0
            except Exception as error:  # noqa: BLE001 - a task's boundary: logged, counted, tried again later.
                failures += 1
                _log.error("event_tail_failed", failures=failures, exc_info=error)
            self.socketio.sleep(min(poll_s * 2**failures, _MAX_BACK_OFF_S))

    def start_at_end(self) -> None:
        """Begin behind what has happened so far: each browser says itself what it has seen."""
        self.last_id = self.services.dashboard.last_event_id()

    def waiting_s(self) -> float:
        """Return for how long the oldest event has waited to be pushed; 0 where none waits."""
        waiting = self.services.dashboard.events_after(self.last_id, limit=1)
        return max(0.0, (self.services.clock.now() - waiting[0].at).total_seconds()) if waiting else 0.0

    def push_new(self) -> None:
        """Send the browsers that are up to date what is new."""
        events = self._after(self.last_id)
        if not events:
            return
        self.last_id = events[-1].event_id
        for viewer in self.viewers:
            if viewer.position is not None:
                self._send(viewer, events)
        pushed = [event for event in events if _is_pushed(event)]
        self.pushed_count += len(pushed)
        if pushed:
            self.lag_s = max(0.0, (self.services.clock.now() - pushed[-1].at).total_seconds())

    def catch_up(self, viewer: SocketClient, last_event_id: int) -> None:
        """Send one browser what it missed, then let it follow; too much or too old: it is to load the page's state.

        What is old is the log's, which staff may not open; the state of the page has what is open of it.
        """
        newest = self.services.dashboard.last_event_id()
        missed = newest - last_event_id
        if last_event_id < 0 or not 0 <= missed <= MAX_CATCH_UP or self._is_old(last_event_id):
            viewer.position = max(newest, self.last_id)
            self._emit("reload", {"last_event_id": viewer.position}, viewer)
            return
        position = last_event_id
        while True:
            viewer.position = None  # While the log is read the tail may run: until then it leaves this browser out.
            events = self._after(position)
            viewer.position = position
            self._send(viewer, events)
            position = viewer.position
            if position >= self.last_id:
                return

    def _is_old(self, last_event_id: int) -> bool:
        missed = self.services.dashboard.events_after(last_event_id, limit=1)
        return bool(missed) and not is_recent(missed[0].at, self.services.clock.now())

    def _after(self, event_id: int) -> Sequence[Event]:
        return self.services.dashboard.events_after(event_id, limit=_BATCH)

    def _send(self, viewer: SocketClient, events: Sequence[Event]) -> None:
        for event in events:
            if viewer.position is not None and event.event_id > viewer.position:
                viewer.position = event.event_id
                if _is_pushed(event):
                    self._emit(event.kind.value, event_message(event, viewer.language), viewer)

    def _emit(self, name: str, message: dict[str, Any], viewer: SocketClient) -> None:
        self.socketio.emit(name, message, namespace=NAMESPACE, to=viewer.sid)


def _is_pushed(event: Event) -> bool:
    return event.kind in PUSHED_KINDS and is_for_dashboards(event)


def event_message(event: Event, language: str) -> dict[str, Any]:
    """Return an event as browsers receive it: its payload with id, time and actor, reasons in the reader's language."""
    message = {**event.payload, "event_id": event.event_id, "at": event.at.isoformat(), "actor": event.actor}
    if event.kind is EventKind.CAMERA_STATE_CHANGED:
        message |= state_reason_message(StateReason.from_stored(event.payload["reason"]), language)
    return message
