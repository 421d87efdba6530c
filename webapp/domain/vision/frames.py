"""One picture of one camera."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.motion import MotionGrid

ImageBGR = NDArray[np.uint8]
ImageGray = NDArray[np.uint8]


@dataclass(frozen=True)
class Frame:
    """One picture of one camera.

    Attributes:
        camera_id: the camera's row id; 0 for a recording that belongs to no camera.
        sequence: counts up by at least one per frame of the same capture.
        captured_at: when the picture was decoded (aware UTC); for a recording, its own time line.
        image_bgr: uint8, (height, width, 3), BGR, 0..255; nobody downstream changes it.
        motion: where something moved of late; None where nothing is known of it, as of a recording.
    """

    camera_id: int
    sequence: int
    captured_at: datetime
    image_bgr: ImageBGR
    motion: MotionGrid | None = None

    def __post_init__(self) -> None:
        """Check shape and dtype.

        Raises:
            ValueError: the picture is not uint8 (height, width, 3).
        """
        if self.image_bgr.ndim != 3 or self.image_bgr.shape[2] != 3 or self.image_bgr.dtype != np.uint8:
            raise ValueError(f"expected uint8 (height, width, 3), got {self.image_bgr.dtype} {self.image_bgr.shape}")

    @property
    def width_px(self) -> int:
        """Width of the picture."""
        return int(self.image_bgr.shape[1])

    @property
    def height_px(self) -> int:
        """Height of the picture."""
        return int(self.image_bgr.shape[0])
