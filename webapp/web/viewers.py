"""The browsers that are connected, and how far each has followed the event log."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from webapp.web.logins import SessionLease


@dataclass
class Viewer:
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


@dataclass
class ConnectedViewers:
    """All connected browser pages."""

    _by_sid: dict[str, Viewer] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many are connected."""
        return len(self._by_sid)

    def __iter__(self) -> Iterator[Viewer]:
        """Iterate over a copy: a viewer may leave meanwhile."""
        return iter(list(self._by_sid.values()))

    def add(self, viewer: Viewer) -> None:
        """Take up a new one."""
        self._by_sid[viewer.sid] = viewer

    def get(self, sid: str) -> Viewer | None:
        """Return one."""
        return self._by_sid.get(sid)

    def remove(self, sid: str) -> None:
        """Forget one."""
        self._by_sid.pop(sid, None)
