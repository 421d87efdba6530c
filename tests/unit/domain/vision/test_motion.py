"""Where something moved, as it goes with a frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.vision.motion import CELLS, COLUMNS, ROWS, MotionGrid

WIDTH_PX, HEIGHT_PX = 1280, 720
CELL_PX = 80


def grid(*cells: tuple[int, int]) -> MotionGrid:
    """Return one in which the cells at these columns and rows move."""
    return MotionGrid.of(((column, row) in cells for row in range(ROWS) for column in range(COLUMNS)), 0.0)


def share(moving: MotionGrid, *box_px: float) -> float:
    return moving.share(box_px, WIDTH_PX, HEIGHT_PX)


def test_a_box_in_a_moving_cell_moves_and_one_beside_it_does_not() -> None:
    moving = grid((3, 2))
    assert share(moving, 240, 160, 320, 240) == 1.0
    assert share(moving, 250, 170, 310, 230) == 1.0
    assert share(moving, 320, 160, 400, 240) == 0.0


def test_a_box_counts_by_the_part_of_it_that_moves() -> None:
    moving = grid((3, 2))
    assert share(moving, 280, 160, 360, 240) == pytest.approx(0.5)
    assert share(moving, 240, 160, 400, 320) == pytest.approx(0.25)


def test_what_lies_outside_the_frame_does_not_count() -> None:
    moving = grid((0, 0), (15, 8))
    assert share(moving, -80, -80, 80, 80) == 1.0
    assert share(moving, 1240, 680, 1400, 800) == 1.0
    assert share(moving, 1300, 0, 1400, 100) == 0.0
    assert share(moving, 100, 100, 100, 100) == 0.0


def test_a_picture_in_which_nothing_moves_says_so() -> None:
    assert not grid().is_moving
    assert grid((15, 8)).is_moving


@given(st.lists(st.booleans(), min_size=CELLS, max_size=CELLS), st.floats(0, 1e4))
def test_it_goes_with_a_frame_in_36_letters_and_comes_out_the_same(cells: list[bool], still_s: float) -> None:
    before = MotionGrid.of(cells, still_s)
    meta = before.as_meta(20_000.0)
    after = MotionGrid.from_meta({**meta, "at_monotonic_s": 20_000.0})
    assert len(meta["moving_cells"]) == 36
    assert after is not None
    assert after.cells == before.cells
    assert after.still_s == pytest.approx(still_s, abs=1e-6)


def test_of_a_frame_that_says_nothing_nothing_is_known() -> None:
    assert MotionGrid.from_meta({"at_monotonic_s": 1.0}) is None
