"""Cameras of every kind behind one interface; the decoder of a kind is imported when it is first needed."""

from webapp.domain.cameras import CameraAddress, CameraKind
from webapp.settings import Settings
from webapp.vision.sources.source import Source, SourceFormat

__all__ = ["Source", "SourceFormat", "make_source"]


def make_source(address: CameraAddress, settings: Settings) -> Source:
    """Return the source for a camera's address, not yet opened."""
    match address.kind:
        case CameraKind.RTSP | CameraKind.HTTP:
            from webapp.vision.sources.network import NetworkSource

            return NetworkSource(address, settings)
        case CameraKind.USB:
            from webapp.vision.sources.usb import USBSource

            return USBSource(address, settings)
        case CameraKind.FILE:
            from webapp.vision.sources.file import FileSource

            return FileSource(address, settings)
        case CameraKind.DEMO:
            from webapp.vision.sources.demo import DemoSource

            return DemoSource()
