"""Probes a camera once: what it sends, and its first picture."""

from webapp.domain.cameras import CameraAddress
from webapp.domain.framing import AS_IT_COMES, Framing
from webapp.services.live import ProbeReport
from webapp.settings import Settings
from webapp.vision.annotate import encode_jpeg
from webapp.vision.masking import framed
from webapp.vision.sources import make_source


def probe_camera(address: CameraAddress, settings: Settings, framing: Framing = AS_IT_COMES) -> ProbeReport:
    """Connect, read one picture, bring it into shape and leave.

    Raises:
        CameraError: exactly why there is none; the message holds neither password nor whole address.
    """
    source = make_source(address, settings)
    try:
        sent = source.open()
        image_bgr = framed(source.read(), framing)
    finally:
        source.close()
    height_px, width_px = image_bgr.shape[:2]
    return ProbeReport(sent.codec, width_px, height_px, sent.fps, encode_jpeg(image_bgr, settings.jpeg_quality))
