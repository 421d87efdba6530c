"""Which squares of a picture are looked at closely: where something moves that nobody knows yet, each in its turn.

A network sees a face best where it fills a third of what it is shown. In a whole street it fills a twentieth: who comes
in is found sooner, and for less, in a small square around what moves (as Frigate's motion regions).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from webapp.domain.vision.faces import BoxesXYXY
from webapp.domain.vision.motion import COLUMNS, ROWS, MotionGrid, cells_of
from webapp.vision.faces.regions import Region

# Sides of the squares, as shares of the picture's shorter one, by turns. Of 428 faces of made-up streets the small
# network finds 99 in a hundred where the square is 2.2 times as wide, 94 at 3 times and 80 at 4; the large one finds 18
# in the whole picture, and 42 in a half of it.
_SIDES = (0.42, 0.28, 0.42, 0.7)
# A look at the rim of a square is worth less than one at its middle: a face there is cut.
_RIM = 0.4
# Below this sum of what is moving in a square, in cells that were not looked at for one round, it is not worth a look.
_LEAST_NEED = 0.8
# What a cell is worth in which something moves: most at the upper end of what moves, where the head is, and more than
# one in which something did a moment ago.
_HEAD, _BODY, _GONE = 1.0, 0.35, 0.2
# A cell is somebody's who is known where the face covers this much of it.
_COVERED = 0.3
_MOST_ROUNDS = 4.0

_Cells = NDArray[np.float32]


@dataclass
class MotionRegions:
    """How long ago each place of one camera's picture was looked at closely, in rounds of each size.

    Example:
        >>> regions, nobody = MotionRegions(), np.zeros((0, 4), np.float32)
        >>> left = [cell % COLUMNS < 2 for cell in range(COLUMNS * ROWS)]
        >>> at_the_left = MotionGrid.of(left, still_s=0.0, changing=left)
        >>> regions.take(at_the_left, nobody, (720, 1280))
        (0, 240, 320, 560)
    """

    _turn: int = 0
    _rounds: dict[float, _Cells] = field(
        default_factory=lambda: {side: np.full((ROWS, COLUMNS), _MOST_ROUNDS, np.float32) for side in _SIDES}
    )

    def take(self, motion: MotionGrid, known_xyxy: BoxesXYXY, shape: tuple[int, int]) -> Region | None:
        """Return the square that is looked at next; None where no other one is worth it now.

        Args:
            motion: where something moved of late.
            known_xyxy: float32 (N, 4): faces that are known, in pixels; nobody else is expected there.
            shape: height and width of the picture, in pixels.
        """
        moving = _worth(motion) * _uncovered(known_xyxy, shape)
        for _ in _SIDES:
            side, self._turn = _SIDES[self._turn % len(_SIDES)], self._turn + 1
            region = self._of_side(side, moving, shape)
            if region:
                return region
        return None

    def _of_side(self, side: float, moving: _Cells, shape: tuple[int, int]) -> Region | None:
        height_px, width_px = shape
        side_px = side * min(shape)
        size = (max(1, round(side_px * ROWS / height_px)), max(1, round(side_px * COLUMNS / width_px)))
        weights = _weights(size)
        rounds = self._rounds[side]
        np.minimum(rounds + 1, _MOST_ROUNDS, out=rounds)
        windows = np.lib.stride_tricks.sliding_window_view(moving * rounds, size)
        needs = np.einsum("ijkl,kl->ij", windows, weights)
        row, column = np.unravel_index(int(needs.argmax()), needs.shape)
        if needs[row, column] < _LEAST_NEED:
            return None
        rounds[row : row + size[0], column : column + size[1]] *= 1 - weights
        left, top = column * width_px / COLUMNS, row * height_px / ROWS
        right, bottom = left + size[1] * width_px / COLUMNS, top + size[0] * height_px / ROWS
        return round(left), round(top), round(right), round(bottom)


def _weights(size: tuple[int, int]) -> _Cells:
    """Return what a look at a square is worth for each of its cells, float32 (rows, columns)."""
    weights = np.full(size, _RIM, np.float32)
    weights[1:-1, 1:-1] = 1.0
    return weights if min(size) > 2 else np.ones(size, np.float32)  # Of two cells both are rim.


def _worth(motion: MotionGrid) -> _Cells:
    """Return what a look at each cell is worth, float32 (ROWS, COLUMNS)."""
    moved, changing = (
        np.asarray(cells_of(bits), np.bool_).reshape(ROWS, COLUMNS) for bits in (motion.cells, motion.changing)
    )
    above = np.zeros((2, ROWS, COLUMNS), np.bool_)
    above[0, 1:], above[1, 2:] = changing[:-1], changing[:-2]
    is_body = above.all(axis=0)
    return np.where(changing, np.where(is_body, _BODY, _HEAD), _GONE * moved).astype(np.float32)


def _uncovered(known_xyxy: BoxesXYXY, shape: tuple[int, int]) -> _Cells:
    """Return 0 for the cells in which a known face is, else 1: float32 (ROWS, COLUMNS)."""
    cells = np.ones((ROWS, COLUMNS), np.float32)
    scale = np.asarray([COLUMNS / shape[1], ROWS / shape[0]] * 2, np.float32)
    for left, top, right, bottom in known_xyxy * scale:
        rows = _covered(top, bottom, ROWS)
        columns = _covered(left, right, COLUMNS)
        cells[np.outer(rows, columns) > _COVERED] = 0.0
    return cells


def _covered(begin: float, end: float, count: int) -> _Cells:
    """Return how much of each cell along one side lies between two places, both in cells, float32 (count,)."""
    edges = np.arange(count, dtype=np.float32)
    return np.asarray(np.clip(np.minimum(end, edges + 1) - np.maximum(begin, edges), 0, 1), np.float32)
