"""Cameras of every kind behind one interface; the decoder of a kind is imported when it is first needed."""

from webapp.domain.cameras.cameras import CameraAddress, CameraKind
from webapp.domain.cameras.source_limits import SourceLimits
from webapp.errors import CameraUnreachable
from webapp.services.cameras.kiosk_frames import KioskPictures
from webapp.vision.sources.source import Picture, Source, SourceFormat

__all__ = ["KioskPictures", "Picture", "Source", "SourceFormat", "SourceLimits", "make_source"]


def make_source(address: CameraAddress, limits: SourceLimits, sent: KioskPictures | None = None) -> Source:
    """Return the source for a camera's address, not yet opened.

    Args:
        address: where the camera is.
        limits: time-outs and sizes.
        sent: what a kiosk sends; other cameras are called instead.

    Raises:
        CameraUnreachable: it is a kiosk, which cannot be called.
    """
    match address.kind:
        case CameraKind.RTSP:
            from webapp.vision.sources.network import NetworkSource

            return NetworkSource(address, limits)
        case CameraKind.HTTP | CameraKind.SNAPSHOT:
            from webapp.vision.sources.http.source import HTTPSource

            return HTTPSource(address, limits)
        case CameraKind.USB:
            from webapp.vision.sources.usb import USBSource

            return USBSource(address, limits)
        case CameraKind.FILE:
            from webapp.vision.sources.file import FileSource

            return FileSource(address, limits)
        case CameraKind.DEMO:
            from webapp.vision.sources.demo import DemoSource

            return DemoSource()
        case CameraKind.KIOSK:
            if sent is None:
                raise CameraUnreachable(
                    "A kiosk is not called, it sends by itself: pair its screen, press Start there, and look at the "
                    "dashboard."
                )
            from webapp.vision.sources.kiosk import KioskSource

            return KioskSource(sent, limits.read_timeout_s)
