"""The screens that send now: one for each camera, the newest."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from webapp.domain.kiosks import FrameGate


@dataclass(frozen=True)
class KioskLine:
    """One connected screen.

    Attributes:
        sid: Socket.IO's name for the connection.
        camera_id: the camera that it is.
        secret: what its cookie carries, to be asked for again with every picture.
    """

    sid: str
    camera_id: int
    secret: str = field(repr=False)


@dataclass
class KioskLines:
    """All connected screens, and how much each camera was sent: a new connection does not begin anew."""

    _by_sid: dict[str, KioskLine] = field(default_factory=dict)
    _gates: dict[int, FrameGate] = field(default_factory=dict)

    def __iter__(self) -> Iterator[KioskLine]:
        """Iterate over a copy: one may leave meanwhile."""
        return iter(list(self._by_sid.values()))

    def add(self, line: KioskLine) -> None:
        """Take up a new one."""
        self._by_sid[line.sid] = line

    def get(self, sid: str) -> KioskLine | None:
        """Return one."""
        return self._by_sid.get(sid)

    def remove(self, sid: str) -> KioskLine | None:
        """Forget one and return it; None where it was forgotten before."""
        return self._by_sid.pop(sid, None)

    def gate(self, camera_id: int) -> FrameGate:
        """Return what counts a camera's pictures."""
        return self._gates.setdefault(camera_id, FrameGate())
