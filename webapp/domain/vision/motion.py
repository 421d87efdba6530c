"""Where in a camera's picture something moved: a coarse grid, cheap enough to go with every frame."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

COLUMNS, ROWS = 16, 9
CELLS = COLUMNS * ROWS
_HEX_DIGITS = CELLS // 4


@dataclass(frozen=True)
class MotionGrid:
    """The cells of a picture in which something moved of late, and for how long nothing has moved at all.

    Attributes:
        cells: one bit a cell, row by row from the top left corner, which is the highest; 16 columns and 9 rows, laid
            over the picture as it goes on: turned, mirrored, and without its privacy zones, in which nothing counts.
        still_s: seconds from the last motion anywhere in the picture to this frame.
        changing: the cells, likewise, in which something moves at this moment: where somebody is, and not where they
            were a second ago.
    """

    cells: int
    still_s: float
    changing: int = 0

    @property
    def is_moving(self) -> bool:
        """Whether anything moved of late."""
        return self.cells != 0

    def share(self, box_xyxy: Sequence[float], width_px: int, height_px: int) -> float:
        """Return how much of a box lies in cells in which something moved, in [0, 1].

        Args:
            box_xyxy: left, top, right, bottom in pixels of the frame; what lies outside the frame does not count.
            width_px: the frame's.
            height_px: likewise.
        """
        left, top, right, bottom = box_xyxy
        columns = _overlaps(left * COLUMNS / width_px, right * COLUMNS / width_px, COLUMNS)
        rows = _overlaps(top * ROWS / height_px, bottom * ROWS / height_px, ROWS)
        area = sum(columns.values()) * sum(rows.values())
        if not area:
            return 0.0
        moving = sum(
            height * width
            for row, height in rows.items()
            for column, width in columns.items()
            if self._is_cell_moving(row * COLUMNS + column)
        )
        return moving / area

    def _is_cell_moving(self, cell: int) -> bool:
        return bool(self.cells >> (CELLS - 1 - cell) & 1)

    @classmethod
    def of(cls, moving: Iterable[bool], still_s: float, changing: Iterable[bool] = ()) -> "MotionGrid":
        """Make one of its cells, row by row from the top left corner."""
        return cls(_bits(moving), still_s, _bits(changing))

    def as_meta(self, at_monotonic_s: float) -> dict[str, Any]:
        """Return what goes with a frame: when something moved last, and the cells as 36 hexadecimal digits."""
        return {
            "moved_at_monotonic_s": at_monotonic_s - self.still_s,
            "moving_cells": f"{self.cells:0{_HEX_DIGITS}x}",
            "changing_cells": f"{self.changing:0{_HEX_DIGITS}x}",
        }

    @classmethod
    def from_meta(cls, meta: Mapping[str, Any]) -> "MotionGrid | None":
        """Read what `as_meta` wrote, beside the frame's own time; None where nothing is known of motion."""
        if "moving_cells" not in meta:
            return None
        cells, changing = int(meta["moving_cells"], 16), int(meta.get("changing_cells", "0"), 16)
        return cls(cells, meta["at_monotonic_s"] - meta["moved_at_monotonic_s"], changing)


def cells_of(bits: int) -> list[bool]:
    """Return the cells of a grid that one bit each stands for, row by row from the top left corner."""
    return [bool(bits >> (CELLS - 1 - cell) & 1) for cell in range(CELLS)]


def _bits(cells: Iterable[bool]) -> int:
    bits = 0
    for is_set in cells:
        bits = bits << 1 | bool(is_set)
    return bits


def _overlaps(begin: float, end: float, count: int) -> dict[int, float]:
    """Return how much of each cell along one side lies between two places, both in cells; none with nothing."""
    shares = {
        cell: min(end, cell + 1) - max(begin, cell) for cell in range(max(0, int(begin)), min(count, int(end) + 1))
    }
    return {cell: share for cell, share in shares.items() if share > 0}
