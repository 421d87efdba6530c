"""The screens that send now: one for each camera, the newest."""

from dataclasses import dataclass, field

from webapp.domain.cameras.kiosks import FrameGate
from webapp.web.live.connection_registry import Connected


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
    """All connected screens, and how much each camera was sent: a new connection does not begin anew."""

    def __init__(self) -> None:
        super().__init__()
        self._gates: dict[int, FrameGate] = {}

    def gate(self, camera_id: int) -> FrameGate:
        """Return what counts a camera's pictures."""
        return self._gates.setdefault(camera_id, FrameGate())
