"""Shows connected staff what could not be stored: alerts reach them while the database cannot be written."""

from dataclasses import dataclass, field

import structlog
from flask_socketio import SocketIO

from webapp.domain.alerts.not_stored import StorageState
from webapp.services.dashboard.not_stored import storage_payload
from webapp.web.core.app_context import WebServices
from webapp.web.live.event_tail import NAMESPACE

_PERIOD_S = 0.25
_log = structlog.get_logger("webapp.web")


@dataclass
class StorageFeed:
    """Emits `not_stored` whenever that changes: each time all of it, so that nothing is shown twice.

    It asks nothing of the database: who is connected was let in when it could be asked.
    """

    services: WebServices
    socketio: SocketIO
    _sent: StorageState = field(default_factory=StorageState)

    def run(self) -> None:
        """Feed for ever."""
        while True:
            try:
                self.push_new()
            except Exception as error:  # noqa: BLE001 - a task's boundary: logged and tried again.
                _log.error("storage_feed_failed", exc_info=error)
            self.socketio.sleep(_PERIOD_S)

    def push_new(self) -> None:
        """Tell everybody if it is another state than before."""
        state = self.services.storage.state()
        if state != self._sent:
            self._sent = state
            self.socketio.emit("not_stored", storage_payload(state), namespace=NAMESPACE)

    def send_to(self, sid: str) -> None:
        """Tell one browser how it is now, unless all is well: that it takes for granted when it connects."""
        state = self.services.storage.state()
        if state != StorageState():
            self.socketio.emit("not_stored", storage_payload(state), namespace=NAMESPACE, to=sid)
