"""Colours of streams that are made for screens of high dynamic range."""

from functools import cache

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorTrc
from numpy.typing import NDArray

# SMPTE ST 2084, table 1.
_M1, _M2, _C1, _C2, _C3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875
_PEAK_NITS = 10_000
# The brightness of a white page in such pictures (ITU-R BT.2408): lamps and the sky are brighter, faces are not.
_WHITE_NITS = 203
_SCREEN_GAMMA = 2.2


def as_on_a_screen(image: NDArray[np.uint8], frame: VideoFrame) -> NDArray[np.uint8]:
    """Return a picture as an ordinary screen shows it; itself where it is made for one.

    Args:
        image: values as they come; not changed.
        frame: what it was made of.
    """
    return _screen_values()[image] if frame.color_trc == ColorTrc.SMPTE2084 else image


@cache
def _screen_values() -> NDArray[np.uint8]:
    """Return what each value of the perceptual quantizer (HDR10, Dolby Vision) is on an ordinary screen."""
    value = (np.arange(256) / 255) ** (1 / _M2)
    nits = _PEAK_NITS * (np.maximum(value - _C1, 0) / (_C2 - _C3 * value)) ** (1 / _M1)
    return np.round(255 * np.minimum(nits / _WHITE_NITS, 1) ** (1 / _SCREEN_GAMMA)).astype(np.uint8)
