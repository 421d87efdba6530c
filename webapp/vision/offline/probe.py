"""Probes a camera once: what it sends, and its first picture."""

from webapp.domain.cameras.cameras import CameraAddress
from webapp.domain.cameras.image_settings import AS_IT_COMES, ImageSettings
from webapp.services.dashboard.live_frames import ProbeReport
from webapp.vision.pipeline.annotation import encode_jpeg
from webapp.vision.pipeline.masking import apply_image_settings
from webapp.vision.sources import SourceLimits, make_source


def probe_camera(
    address: CameraAddress, image_settings: ImageSettings = AS_IT_COMES, *, limits: SourceLimits, jpeg_quality: int = 80
) -> ProbeReport:
    """Connect, read one picture, bring it into shape and leave.

    Args:
        address: where the camera is.
        image_settings: how its pictures are turned and masked.
        limits: time-outs and sizes.
        jpeg_quality: of the picture, 0 to 100.

    Raises:
        CameraError: exactly why there is none; the message holds neither password nor whole address.
    """
    source = make_source(address, limits)
    try:
        sent = source.open()
        image_bgr = apply_image_settings(source.read().image_bgr, image_settings)
    finally:
        source.close()
    height_px, width_px = image_bgr.shape[:2]
    return ProbeReport(sent.codec, width_px, height_px, sent.fps, encode_jpeg(image_bgr, jpeg_quality))
