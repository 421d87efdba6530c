"""Finding cameras on the local network."""

from dataclasses import dataclass
from typing import Protocol

from webapp.domain.cameras.cameras import CameraAddress


@dataclass(frozen=True)
class FoundCamera:
    """A camera that answered.

    Attributes:
        name: as it calls itself; may be empty.
        model: its hardware; may be empty.
        host: the address that the answer came from.
        service_url: where its ONVIF device service is, on that host.
    """

    name: str
    model: str
    host: str
    service_url: str


class CameraFinder(Protocol):
    """Asks the local network for cameras, in a process of its own."""

    def find(self) -> list[FoundCamera]:
        """Return the cameras that answer within a few seconds; what they say of themselves is not to be trusted."""

    def stream_address(self, found: FoundCamera, username: str, password: str) -> CameraAddress:
        """Ask a camera that was found where its pictures are.

        Raises:
            CameraError: exactly why it does not tell.
        """
