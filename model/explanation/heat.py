"""Shows Grad-CAM as heat over a face."""

import cv2
import numpy as np
import numpy.typing as npt

_MOST_OPAQUE = 0.7


def heat_overlay(face_gray: npt.NDArray[np.uint8], heat: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Lay Grad-CAM over a face: the hotter, the more that place spoke for the emotion.

    Args:
        face_gray: uint8, (S, S), range 0–255; not changed.
        heat: float32, (h, w), 0 or more. The hottest place gets the brightest colour whatever its value, so colours
            of two overlays cannot be compared.

    Returns:
        uint8, (S, S, 3), BGR; grey alone where there is no heat at all.
    """
    side = face_gray.shape[0]
    face_bgr = cv2.cvtColor(face_gray, cv2.COLOR_GRAY2BGR).astype(np.float32)
    hottest = float(heat.max())
    if hottest <= 0:
        return face_bgr.astype(np.uint8)
    smooth = np.clip(cv2.resize(heat / hottest, (side, side), interpolation=cv2.INTER_CUBIC), 0, 1)
    colours = cv2.applyColorMap((smooth * 255).astype(np.uint8), cv2.COLORMAP_INFERNO).astype(np.float32)
    opacity = (_MOST_OPAQUE * smooth)[..., np.newaxis]
    return np.asarray((1 - opacity) * face_bgr + opacity * colours, dtype=np.uint8)
