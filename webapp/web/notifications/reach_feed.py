"""Shows connected staff whom open alerts have reached: of what changes there nothing is an event of the log."""

from dataclasses import asdict, dataclass, field
from typing import Any

import structlog
from flask_socketio import SocketIO

from webapp.web.core.app_context import WebServices
from webapp.web.live.clients import ConnectedClients
from webapp.web.live.event_tail import NAMESPACE

_PERIOD_S = 1.0
_AFTER_FAILURE_S = 10.0
_log = structlog.get_logger("webapp.web")


@dataclass
class ReachFeed:
    """Emits `notified` whenever that changes: each time all of it, so that a browser has nothing to put together."""

    services: WebServices
    socketio: SocketIO
    viewers: ConnectedClients
    _sent: list[dict[str, Any]] = field(default_factory=list)

    def run(self) -> None:
        """Feed for ever."""
        while True:
            pause_s = _PERIOD_S
            try:
                self.push_new()
            except Exception as error:  # noqa: BLE001 - a task's boundary: logged and tried again.
                _log.error("reach_feed_failed", exc_info=error)
                pause_s = _AFTER_FAILURE_S
            self.socketio.sleep(pause_s)

    def push_new(self) -> None:
        """Tell everybody if it is otherwise than before; while nobody is connected nothing is asked."""
        if not len(self.viewers):
            return
        reached = [{**asdict(one), "is_nobody": one.is_nobody} for one in self.services.notifications.reach.of_open()]
        if reached != self._sent:
            self._sent = reached
            self.socketio.emit("notified", {"alerts": reached}, namespace=NAMESPACE)

    def send_to(self, sid: str) -> None:
        """Tell one browser how it was a second ago, unless nobody is notified of anything."""
        if self._sent:
            self.socketio.emit("notified", {"alerts": self._sent}, namespace=NAMESPACE, to=sid)
