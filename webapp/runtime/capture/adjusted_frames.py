"""Pictures on their way into a slot, which none enters before it is brought into shape."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from webapp.domain.cameras.image_settings import ImageSettings
from webapp.domain.cameras.zones import ZoneKind
from webapp.domain.vision.frames import ImageBGR
from webapp.runtime.slots.frame_slots import SlotWriter


class AdjustedFrameWriter:
    """A slot whose pictures are turned, mirrored and masked.

    Attributes:
        image_settings: how; may be replaced, and holds from the next picture on.
    """

    def __init__(self, slot: SlotWriter, image_settings: ImageSettings) -> None:
        self.image_settings = image_settings
        self._slot = slot
        self._last = image_settings

    def write(self, image_bgr: ImageBGR, at_monotonic_s: float, facts: Mapping[str, Any] | None = None) -> None:
        """Turn, mirror and mask a picture, and replace the slot's value by it.

        Args:
            image_bgr: uint8, (height, width, 3), BGR; changed.
            at_monotonic_s: when it was decoded.
            facts: what else goes with it, JSON-ready.

        Raises:
            OSError: there is no room for it.
        """
        image_settings = self.image_settings
        if image_settings is not self._last:
            self._slot.discard()  # What was written before may show what must not be seen any more.
            self._last = image_settings
        picture = np.ascontiguousarray(in_shape(image_bgr, image_settings))
        height_px, width_px = picture.shape[:2]
        shape = {"height": height_px, "width": width_px, "image_settings": image_settings.fingerprint}
        self._slot.write({**shape, "at_monotonic_s": at_monotonic_s, **(facts or {})}, picture.data.cast("B"))


def in_shape(image: NDArray[np.uint8], image_settings: ImageSettings) -> NDArray[np.uint8]:
    """Turn, mirror and mask a picture; the picture itself where there is nothing to do.

    Args:
        image: uint8, (height, width, 3), BGR, or (height, width) in shades of grey; may be changed.
        image_settings: what to do.
    """
    if not (image_settings.turn_deg or image_settings.is_mirrored or image_settings.of_kind(ZoneKind.PRIVACY)):
        return image
    # It brings OpenCV, which is as large as all else in this process: only for cameras that need it.
    from webapp.vision.pipeline.masking import apply_image_settings

    return apply_image_settings(image, image_settings)
