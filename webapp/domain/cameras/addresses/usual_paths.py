"""Where makers put the streams of their RTSP cameras, for an address that names no path."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class UsualPath:
    """One path.

    Attributes:
        maker: whose cameras have it; empty where many have.
        path: behind host and port, with what follows it.
    """

    maker: str
    path: str


# From the makers' manuals, the most sold first; the large stream before the small one.
USUAL_PATHS = (
    UsualPath("Hikvision", "/Streaming/Channels/101"),
    UsualPath("Hikvision", "/Streaming/Channels/102"),
    UsualPath("Dahua, Amcrest", "/cam/realmonitor?channel=1&subtype=0"),
    UsualPath("Dahua, Amcrest", "/cam/realmonitor?channel=1&subtype=1"),
    UsualPath("TP-Link", "/stream1"),
    UsualPath("TP-Link", "/stream2"),
    UsualPath("Reolink", "/h264Preview_01_main"),
    UsualPath("Reolink", "/h264Preview_01_sub"),
    UsualPath("Axis", "/axis-media/media.amp"),
    UsualPath("Uniview", "/media/video1"),
    UsualPath("Hanwha", "/profile2/media.smp"),
    UsualPath("Bosch", "/rtsp_tunnel"),
    UsualPath("Vivotek", "/live.sdp"),
    UsualPath("Foscam", "/videoMain"),
    UsualPath("", "/live"),
)
# No camera has it: one that answers here sends the same at every path.
NOBODYS_PATH = "/no-stream-is-here"


def is_without_path(url: str) -> bool:
    """Return whether an address of an RTSP camera names nothing but its host and port."""
    rest = url.partition("://")[2]
    return url.lower().startswith(("rtsp://", "rtsps://")) and not rest.partition("/")[2] and "?" not in rest


def at_path(url: str, path: str) -> str:
    """Return an address that names no path with one."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{path}"
