"""The browsers that are connected, and how far each has followed the event log."""

from dataclasses import dataclass

from webapp.web.core.logins import SessionLease
from webapp.web.live.connection_registry import Connected


@dataclass
class SocketClient:
    """One connected browser page.

    Attributes:
        sid: Socket.IO's name for the connection.
        lease: the session that it was opened with.
        language: in which it reads.
        position: the last event that was sent to it; None until it has said where it stands.
    """

    sid: str
    lease: SessionLease
    language: str
    position: int | None = None


class ConnectedClients(Connected[SocketClient]):
    """All connected browser pages."""
