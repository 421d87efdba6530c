"""Finding cameras on the local network."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from webapp.domain.cameras.cameras import CameraAddress

# To this width frames are reduced for the detector as delivered.
ENOUGH_WIDTH_PX = 640


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


@dataclass(frozen=True)
class CameraStream:
    """One of the streams that a camera sends.

    Attributes:
        address: where it is, with what it is watched with.
        width_px: width of its pictures; 0 where the camera does not say.
        height_px: likewise.
        name: as the camera calls the stream; may be empty.
        source: which of a recorder's cameras it is of; empty where that is not said.
    """

    address: CameraAddress
    width_px: int = 0
    height_px: int = 0
    name: str = ""
    source: str = ""


@dataclass(frozen=True)
class AnsweringStream:
    """A stream whose address nobody typed, and what came of it.

    Attributes:
        stream: where it is, what it sends, and by whose path it was found.
        snapshot_jpeg: its picture, small; empty where the camera names the stream and there was no time to call it.
    """

    stream: CameraStream
    snapshot_jpeg: bytes = b""


def recommended(streams: Sequence[CameraStream]) -> int:
    """Return which of a camera's streams to watch: the smallest that is large enough; without one, the first.

    Args:
        streams: the best first, as cameras put them; of a recorder's cameras only the first one's count.
    """
    of_first = [(number, one) for number, one in enumerate(streams) if one.source == streams[0].source]
    enough = [number for number, stream in of_first if stream.width_px >= ENOUGH_WIDTH_PX]
    return min(enough, key=lambda number: streams[number].width_px, default=0)


class CameraFinder(Protocol):
    """Asks the local network for cameras, in a process of its own."""

    def find(self) -> list[FoundCamera]:
        """Return the cameras that answer within a few seconds; what they say of themselves is not to be trusted."""

    def streams(self, found: FoundCamera, username: str, password: str) -> list[CameraStream]:
        """Ask a camera that was found where its pictures are; it has at least one stream, the best first.

        Raises:
            CameraError: exactly why it does not tell.
        """

    def usual_streams(self, address: CameraAddress) -> list[AnsweringStream]:
        """Try where an RTSP camera may send its pictures, of whose address only the host is known.

        It is asked over ONVIF first, then at the usual paths of several makers, and never at another host. After a
        log-in that it refuses no further path is tried.

        Returns:
            What answers, at least one, the best first.

        Raises:
            CameraError: exactly why there is none.
        """
