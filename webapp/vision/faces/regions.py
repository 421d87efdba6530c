"""The parts of a picture in which faces are searched."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

Region: TypeAlias = tuple[int, int, int, int]  # Left, top, right, bottom, in pixels.

# A picture this many times as wide as high, or the other way round, is searched in square parts, too.
_LEAST_ASPECT_OF_TILES = 1.25


def parts_of(shape: tuple[int, ...]) -> Sequence[Region]:
    """Return the parts of a picture that the network is shown: all of it, and squares along its longer side.

    Args:
        shape: height and width of the picture, in pixels.
    """
    height_px, width_px = shape
    whole = (0, 0, width_px, height_px)
    side_px, length_px = min(shape), max(shape)
    if length_px < _LEAST_ASPECT_OF_TILES * side_px:
        return [whole]
    is_wide = width_px > height_px
    firsts = np.linspace(0, length_px - side_px, -(-length_px // side_px)).round().astype(int).tolist()
    corners = [(first, 0) if is_wide else (0, first) for first in firsts]
    return [whole, *((left, top, left + side_px, top + side_px) for left, top in corners)]
