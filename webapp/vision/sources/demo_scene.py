"""The pictures of the demo camera: a public-domain portrait that moves, and now and then scowls.

The portrait is NASA's of the astronaut Eileen Collins, as scikit-image ships it. The scowl is nothing but the portrait
pulled out of shape by a smooth displacement field; what it looks like is left to the network.
"""

import math
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.frames import ImageBGR
from webapp.errors import CameraUnreachable

WIDTH_PX, HEIGHT_PX = 960, 540
FPS = 15.0

FIRST_EPISODE_S = 12.0
EPISODE_PERIOD_S = 180.0
EPISODE_S = 6.5
_EASE_S = 0.75

_SCALE = 1.45  # Canvas pixels per pixel of the portrait.
_CANVAS_WIDTH_PX, _CANVAS_HEIGHT_PX = 1120, 660
_PORTRAIT_LEFT_PX = 236
_FEATHER_PX = 90.0
# So wide a blur looks the same when it is made of a smaller picture, and takes a hundredth of the time.
_BLURRED_SMALLER = 10

# The face within the 512x512 portrait: left, top, right, bottom.
_FACE_XYXY = (160, 50, 292, 190)


@dataclass(frozen=True)
class _Pull:
    """One pull at the face: everything around `at_xy` moves by `by_xy`, less with distance (pixels of the portrait)."""

    at_xy: tuple[float, float]
    by_xy: tuple[float, float]
    reach_xy: tuple[float, float]


_SCOWL = (
    # Brows: down, the inner ends most, and together.
    _Pull((212.0, 92.0), (3.0, 6.5), (9.0, 6.0)),
    _Pull((238.0, 94.0), (-3.0, 6.5), (9.0, 6.0)),
    _Pull((194.0, 89.0), (0.5, 0.5), (8.0, 5.0)),
    _Pull((260.0, 94.0), (-0.5, 0.5), (8.0, 5.0)),
    # Eyes: narrowed a little, from below.
    _Pull((203.5, 105.5), (0.0, -1.5), (10.0, 3.5)),
    _Pull((247.0, 108.0), (0.0, -1.5), (10.0, 3.5)),
    # Mouth: corners down and in, lips pressed onto each other.
    _Pull((203.5, 140.0), (3.0, 13.0), (9.0, 8.0)),
    _Pull((244.5, 141.0), (-3.0, 13.0), (9.0, 8.0)),
    _Pull((224.0, 141.5), (0.0, 4.2), (13.0, 4.5)),
    _Pull((223.5, 151.5), (0.0, -4.2), (13.0, 4.5)),
)


class DemoScene:
    """Draws the demo camera's pictures: the same number always gives the same picture."""

    def __init__(self) -> None:
        portrait_bgr = _portrait_bgr()
        self._canvas_bgr = _canvas_bgr(portrait_bgr)
        left, top, right, bottom = (round(side * _SCALE) for side in _FACE_XYXY)
        self._face = (slice(top, bottom), slice(left + _PORTRAIT_LEFT_PX, right + _PORTRAIT_LEFT_PX))
        self._calm_face_bgr = self._canvas_bgr[self._face].copy()
        self._grid_xy, self._scowl_xy = _displacement((bottom - top, right - left))

    def picture(self, number: int) -> ImageBGR:
        """Draw one picture.

        Args:
            number: counts from 0, `FPS` a second.

        Returns:
            uint8, (540, 960, 3), BGR; a new array.
        """
        time_s = number / FPS
        return self.draw(time_s, scowl_strength(time_s))

    def draw(self, time_s: float, strength: float) -> ImageBGR:
        """Draw the portrait as it is held at a time, scowling by `strength` in [0, 1]."""
        self._canvas_bgr[self._face] = self._face_bgr(strength)
        moved = cv2.warpAffine(
            self._canvas_bgr, _motion(time_s), (WIDTH_PX, HEIGHT_PX), borderMode=cv2.BORDER_REFLECT_101
        )
        return np.asarray(moved, dtype=np.uint8)

    def _face_bgr(self, strength: float) -> ImageBGR:
        if strength <= 0.0:
            return self._calm_face_bgr
        from_xy = self._grid_xy - np.float32(strength) * self._scowl_xy
        warped = cv2.remap(self._calm_face_bgr, from_xy, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(warped, dtype=np.uint8)


def scowl_strength(time_s: float) -> float:
    """Return how much the face scowls at a time, in [0, 1]: `EPISODE_S` long, easing in and out."""
    if time_s < FIRST_EPISODE_S:
        return 0.0
    into_s = (time_s - FIRST_EPISODE_S) % EPISODE_PERIOD_S
    share = min(into_s, EPISODE_S - into_s) / _EASE_S
    return 0.0 if share <= 0.0 else 0.5 - 0.5 * math.cos(math.pi * min(share, 1.0))


def _portrait_bgr() -> ImageBGR:
    # Read as a file: to import scikit-image takes longer than everything else at the start of a demo camera.
    spec = find_spec("skimage")
    folder = Path(spec.origin if spec and spec.origin else "").parent
    portrait_bgr = cv2.imread(str(folder / "data" / "astronaut.png"))
    if portrait_bgr is None:
        raise CameraUnreachable("the demo camera's portrait is missing: install scikit-image")
    return np.asarray(portrait_bgr, dtype=np.uint8)


def _canvas_bgr(portrait_bgr: ImageBGR) -> ImageBGR:
    """Return the portrait over its own, very blurred enlargement."""
    size = (_CANVAS_WIDTH_PX, _CANVAS_HEIGHT_PX)
    small = (_CANVAS_WIDTH_PX // _BLURRED_SMALLER, _CANVAS_HEIGHT_PX // _BLURRED_SMALLER)
    background = cv2.resize(portrait_bgr[:200, 260:], small, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(background, (0, 0), 60.0 / _BLURRED_SMALLER)
    canvas = cv2.resize(blurred, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    large = cv2.resize(portrait_bgr, None, fx=_SCALE, fy=_SCALE, interpolation=cv2.INTER_CUBIC)
    large = large[:_CANVAS_HEIGHT_PX]
    columns = slice(_PORTRAIT_LEFT_PX, _PORTRAIT_LEFT_PX + large.shape[1])
    opacity = _opacity(large.shape[1])
    canvas[:, columns] = opacity * large + (1.0 - opacity) * canvas[:, columns]
    return np.asarray(np.clip(canvas, 0, 255), dtype=np.uint8)


def _opacity(width_px: int) -> NDArray[np.float32]:
    """Return how much of the portrait shows, column by column: it fades at its sides."""
    column = np.arange(width_px, dtype=np.float32)
    from_side = np.minimum(column, width_px - 1 - column) / np.float32(_FEATHER_PX)
    return np.clip(from_side, 0.0, 1.0).reshape(1, -1, 1).astype(np.float32)


def _displacement(shape: tuple[int, int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the positions of the face's pixels and how far the full scowl moves each, float32 (h, w, 2), x first."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    moved = np.zeros((*shape, 2), np.float32)
    for pull in _SCOWL:
        x = (columns / _SCALE + _FACE_XYXY[0] - pull.at_xy[0] - pull.by_xy[0]) / pull.reach_xy[0]
        y = (rows / _SCALE + _FACE_XYXY[1] - pull.at_xy[1] - pull.by_xy[1]) / pull.reach_xy[1]
        weight = np.exp(-(x**2 + y**2) / 2)
        moved += weight[..., np.newaxis] * np.asarray(pull.by_xy, np.float32) * np.float32(_SCALE)
    return np.stack([columns, rows], axis=-1), moved


def _motion(time_s: float) -> NDArray[Any]:
    """Return the affine map (2, 3) from canvas to picture at a time: drift, tilt and zoom, each at its own pace."""
    tilt_deg = 2.0 * math.sin(2 * math.pi * time_s / 7.3)
    zoom = 1.0 + 0.03 * math.sin(2 * math.pi * time_s / 11.1)
    centre = (_PORTRAIT_LEFT_PX + 224.0 * _SCALE, 120.0 * _SCALE)
    motion = cv2.getRotationMatrix2D(centre, tilt_deg, zoom)
    motion[0, 2] += WIDTH_PX / 2 - centre[0] + 26.0 * math.sin(2 * math.pi * time_s / 9.7)
    motion[1, 2] += 24.0 + 7.0 * math.sin(2 * math.pi * time_s / 5.3)
    return np.asarray(motion)
