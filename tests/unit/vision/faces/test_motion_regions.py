"""Which squares of a picture are looked at closely."""

import numpy as np
import pytest

from webapp.domain.vision.motion import COLUMNS, ROWS, MotionGrid
from webapp.vision.faces.motion_regions import MotionRegions

NOBODY = np.zeros((0, 4), np.float32)
WIDE = (720, 1280)
Cells = set[tuple[int, int]]


def grid(*, changing: Cells = frozenset(), gone: Cells = frozenset()) -> MotionGrid:
    cells = [(row, column) for row in range(ROWS) for column in range(COLUMNS)]
    moved = [cell in changing or cell in gone for cell in cells]
    return MotionGrid.of(moved, still_s=0.0, changing=[cell in changing for cell in cells])


def block(row: int, column: int, rows: int = 2, columns: int = 2) -> Cells:
    return {(row + r, column + c) for r in range(rows) for c in range(columns)}


def taken(regions: MotionRegions, motion: MotionGrid, count: int = 8, known: np.ndarray = NOBODY) -> list:
    return [regions.take(motion, known, WIDE) for _ in range(count)]


def holds(region: tuple[int, int, int, int] | None, x: float, y: float) -> bool:
    return region is not None and region[0] <= x <= region[2] and region[1] <= y <= region[3]


def test_where_nothing_moves_nothing_is_looked_at() -> None:
    assert taken(MotionRegions(), grid()) == [None] * 8


def test_who_comes_in_is_looked_at_in_squares_of_several_sizes_with_them_in_the_middle() -> None:
    regions = taken(MotionRegions(), grid(changing=block(3, 6)), count=4)
    assert all(holds(region, 560, 320) for region in regions)
    assert len({region[2] - region[0] for region in regions}) == 3
    for left, top, right, bottom in regions:
        assert left < 480 + 20
        assert right > 640 - 20
        assert right - left == pytest.approx(bottom - top, abs=1)


def test_two_who_come_in_have_their_turns() -> None:
    regions = taken(MotionRegions(), grid(changing=block(1, 1) | block(5, 12)), count=8)
    assert sum(holds(region, 160, 160) for region in regions) == sum(holds(region, 1040, 480) for region in regions)


def test_the_upper_end_of_what_moves_comes_first() -> None:
    walking = grid(changing=block(0, 4, rows=9, columns=3))
    first, *_ = taken(MotionRegions(), walking)
    assert first[1] == 0


def test_where_somebody_was_a_moment_ago_counts_less_than_where_they_are() -> None:
    first, second, *_ = taken(MotionRegions(), grid(changing=block(4, 10), gone=block(4, 1, rows=3, columns=4)))
    assert holds(first, 880, 400)
    assert holds(second, 880, 400)


def test_who_is_known_is_not_looked_for() -> None:
    motion = grid(changing=block(3, 6))
    known = np.asarray([[470, 230, 650, 410]], np.float32)
    assert taken(MotionRegions(), motion, known=known) == [None] * 8
    elsewhere = np.asarray([[10, 10, 90, 90]], np.float32)
    assert None not in taken(MotionRegions(), motion, count=4, known=elsewhere)


@pytest.mark.parametrize("shape", [(1280, 720), (480, 640), (90, 160), (720, 720)])
def test_every_square_lies_in_the_picture(shape: tuple[int, int]) -> None:
    regions = MotionRegions()
    everywhere = grid(changing=block(0, 0, rows=ROWS, columns=COLUMNS))
    for _ in range(40):
        left, top, right, bottom = regions.take(everywhere, NOBODY, shape)
        assert 0 <= left < right <= shape[1]
        assert 0 <= top < bottom <= shape[0]


def test_where_everything_moves_all_of_it_has_its_turn() -> None:
    seen = np.zeros(WIDE, np.bool_)
    regions = MotionRegions()
    for left, top, right, bottom in taken(regions, grid(changing=block(0, 0, rows=2, columns=COLUMNS)), count=40):
        seen[top:bottom, left:right] = True
    assert seen[:160].all()
