"""The screens that send now: one for each camera, the newest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from webapp.domain.cameras.kiosks import FrameGate
from webapp.services.ports import SharedState
from webapp.web.live.connection_registry import Connected

_AREA = "kiosks"
# Renewed every second.
_KEPT = timedelta(minutes=1)


@dataclass(frozen=True)
class KioskConnection:
    """One connected screen.

    Attributes:
        sid: Socket.IO's name for the connection.
        camera_id: the camera that it is.
        secret: what its cookie carries, to be asked for again with every picture.
    """

    sid: str
    camera_id: int
    secret: str = field(repr=False)


class KioskConnections(Connected[KioskConnection]):
    """All connected screens, and how much each camera was sent: a new connection does not begin anew.

    Which screen is a camera's newest is known to all web processes.
    """

    def __init__(self, shared: SharedState) -> None:
        super().__init__()
        self._shared = shared
        self._gates: dict[int, FrameGate] = {}
        self._untold: set[str] = set()

    def gate(self, camera_id: int) -> FrameGate:
        """Return what counts a camera's pictures."""
        return self._gates.setdefault(camera_id, FrameGate())

    def note_newest(self, connection: KioskConnection) -> None:
        """Let a screen be its camera's, in place of all others."""
        self._shared.change(_AREA, [str(connection.camera_id)], lambda _stored: [connection.sid], _KEPT)
        # The others hear of it once they can: until then they know an earlier screen.
        (self._untold.add if self._shared.is_away else self._untold.discard)(connection.sid)

    def is_newest(self, connection: KioskConnection) -> bool:
        """Return whether no other screen took its place, whichever process that is connected to."""
        if connection.sid in self._untold:
            self.note_newest(connection)
        newest: list[str | None] = []

        def to(stored: Sequence[str | None]) -> Sequence[str | None]:
            newest[:] = [stored[0] or connection.sid]
            return newest

        self._shared.change(_AREA, [str(connection.camera_id)], to, _KEPT)
        return newest == [connection.sid]

    def remove(self, sid: str) -> KioskConnection | None:
        """Forget one and return it; None where it was forgotten before."""
        self._untold.discard(sid)
        return super().remove(sid)
