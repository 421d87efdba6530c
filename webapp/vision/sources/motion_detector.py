"""Finds what moves in front of one camera, on pictures so small that it costs next to nothing.

Each pixel of the small picture is the mean of some hundred pixels of the whole one, which takes most of a camera's
noise away. What differs from a running background by more than the noise that was learnt there is motion.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.frames import ImageGray
from webapp.domain.vision.motion import COLUMNS, ROWS, MotionGrid

# Of the small picture: four pixels by four are a cell of the grid.
WIDTH_PX, HEIGHT_PX = 64, 36
# Someone who stands still is part of the background after some seconds; the light of the day changes more slowly.
_BACKGROUND_S = 1.0
# Where somebody has just been is like the background of a moment ago again, and the place where they are is not.
_MOMENT_S = 0.15
_NOISE_S = 6.0
# Differences are in shades of grey, 0 to 255. At six times its mean, noise passes once in a million pixels.
_TIMES_NOISE = 6.0
_LEAST_DIFFERENCE = 3.0
# However restless a place is, what differs by this much is motion.
_MOST_DIFFERENCE = 12.0

_Pixels = NDArray[np.float32]
_NOTHING = np.empty((0, 0), np.float32)


@dataclass
class MotionDetector:
    """What one camera's picture looks like when nothing moves, and where something moved last.

    Attributes:
        moved_at_s: when something moved last; at the first picture everything did.
    """

    moved_at_s: float = 0.0
    _background: _Pixels = field(default_factory=lambda: _NOTHING, init=False)
    _moment: _Pixels = field(default_factory=lambda: _NOTHING, init=False)
    _noise: _Pixels = field(default_factory=lambda: _NOTHING, init=False)
    _cells_moved_at_s: NDArray[np.float64] = field(init=False)
    _changing: NDArray[np.bool_] = field(init=False)
    _looked_at_s: float = field(default=0.0, init=False)

    def look(self, gray: ImageGray, now_s: float) -> None:
        """Compare the next picture with those of before.

        Args:
            gray: uint8, (36, 64), or any other shape of at least (9, 16): a picture on its side is as small; not
                changed.
            now_s: seconds on a clock that never goes back.
        """
        pixels = gray.astype(np.float32)
        if self._background.shape != pixels.shape:
            self._begin(pixels, now_s)
            return
        least = np.clip(_TIMES_NOISE * self._noise, _LEAST_DIFFERENCE, _MOST_DIFFERENCE)
        size, size_now = _differences(pixels, self._background), _differences(pixels, self._moment)
        self._learn(pixels, size, now_s)
        self._note(_with_neighbours(size > least), now_s)
        self._changing = _in_cells(_with_neighbours(size_now > least))

    def forget(self) -> None:
        """Begin anew with the next picture: it is brought into another shape."""
        self._background = _NOTHING

    def grid(self, now_s: float, recent_s: float) -> MotionGrid:
        """Return where something moved of late.

        Args:
            now_s: the time of the picture that it goes with.
            recent_s: seconds for which a cell counts as moving.
        """
        recent = self._cells_moved_at_s >= now_s - recent_s
        return MotionGrid.of(
            recent.ravel().tolist(), max(0.0, now_s - self.moved_at_s), self._changing.ravel().tolist()
        )

    def _begin(self, pixels: _Pixels, now_s: float) -> None:
        self._background, self._moment, self._noise = pixels, pixels.copy(), np.zeros_like(pixels)
        self._cells_moved_at_s = np.full((ROWS, COLUMNS), now_s)
        self._changing = np.ones((ROWS, COLUMNS), np.bool_)
        self.moved_at_s = self._looked_at_s = now_s

    def _learn(self, pixels: _Pixels, size: _Pixels, now_s: float) -> None:
        """Take a picture into the background, and what differs by little into the noise."""
        elapsed_s, self._looked_at_s = now_s - self._looked_at_s, now_s
        self._background += np.float32(_share(elapsed_s, _BACKGROUND_S)) * (pixels - self._background)
        self._moment += np.float32(_share(elapsed_s, _MOMENT_S)) * (pixels - self._moment)
        noise = np.minimum(size, _MOST_DIFFERENCE / _TIMES_NOISE)
        self._noise += np.float32(_share(elapsed_s, _NOISE_S)) * (noise - self._noise)

    def _note(self, moving: NDArray[np.bool_], now_s: float) -> None:
        if not moving.any():
            return
        self.moved_at_s = now_s
        self._cells_moved_at_s[_in_cells(moving)] = now_s


def _differences(pixels: _Pixels, background: _Pixels) -> _Pixels:
    difference = pixels - background
    difference -= np.median(difference)  # Light that changes everywhere at once is no motion.
    return np.asarray(np.abs(difference), np.float32)


def _in_cells(pixels: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the cells of the grid that hold any, bool (ROWS, COLUMNS)."""
    rows, columns = (
        np.arange(count) * side // count for side, count in zip(pixels.shape, (ROWS, COLUMNS), strict=True)
    )
    return np.asarray(np.logical_or.reduceat(np.logical_or.reduceat(pixels, rows, axis=0), columns, axis=1))


def _share(elapsed_s: float, constant_s: float) -> float:
    return 1.0 - math.exp(-elapsed_s / constant_s)


def _with_neighbours(moving: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leave out single pixels: what is large enough to be a person moves several."""
    beside = np.zeros_like(moving)
    beside[1:] |= moving[:-1]
    beside[:-1] |= moving[1:]
    beside[:, 1:] |= moving[:, :-1]
    beside[:, :-1] |= moving[:, 1:]
    return moving & beside
