"""The one clock of every stream."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.vision.sources.streams.time_line import TimeJump, TimeLine

STAMPS = st.lists(st.none() | st.floats(min_value=-1e6, max_value=1e6), max_size=60)


def line_of(stamps_s: list[float | None], fps: float = 10, **options: float) -> tuple[list[float], list[TimeJump]]:
    line = TimeLine(fps, **options)
    return [round(line.at(stamp_s), 3) for stamp_s in stamps_s], line.jumps


def test_ordinary_stamps_are_seconds_since_the_first() -> None:
    assert line_of([5.0, 5.1, 5.35]) == ([0.0, 0.1, 0.35], [])


def test_a_step_back_goes_on_one_period_later() -> None:
    seconds, jumps = line_of([8.0, 8.1, 0.0, 0.1])
    assert seconds == [0.0, 0.1, 0.2, 0.3]
    assert [(round(jump.at_s, 3), round(jump.by_s, 3)) for jump in jumps] == [(0.2, -8.1)]


def test_a_gap_stays_a_gap_and_is_noted_where_it_is_to_be_kept() -> None:
    seconds, (jump,) = line_of([0.0, 0.1, 600.1, 600.2])
    assert (seconds, jump.by_s) == ([0.0, 0.1, 600.1, 600.2], pytest.approx(600))


def test_a_gap_is_shortened_where_nobody_waits_so_long() -> None:
    assert line_of([0.0, 0.1, 600.1, 600.2], longest_gap_s=5)[0] == [0.0, 0.1, 5.1, 5.2]


def test_what_has_no_stamp_comes_one_period_later() -> None:
    assert line_of([None, None, None])[0] == [0.0, 0.1, 0.2]
    assert line_of([0.0, None, 0.2])[0] == [0.0, 0.1, 0.2]


def test_equal_stamps_go_on_and_pairs_of_them_do_not_slow_time() -> None:
    assert line_of([0.0, 0.0, 0.0])[0] == [0.0, 0.1, 0.2]
    assert line_of([0.0, 0.0, 0.2, 0.2, 0.4])[0] == [0.0, 0.1, 0.2, 0.3, 0.4]


def test_pictures_a_little_out_of_order_are_no_step_back() -> None:
    seconds, jumps = line_of([0.0, 0.2, 0.1, 0.4])
    assert (seconds, jumps) == ([0.0, 0.2, 0.3, 0.4], [])


def test_an_unknown_rate_is_learned() -> None:
    assert line_of([0.0, 0.5, 1.0, None], fps=0)[0] == [0.0, 0.5, 1.0, 1.5]


@given(STAMPS, st.floats(min_value=0, max_value=240))
def test_time_always_grows_whatever_the_stamps_do(stamps_s: list[float | None], fps: float) -> None:
    line = TimeLine(fps, longest_gap_s=5)
    seconds = [line.at(stamp_s) for stamp_s in stamps_s]
    steps = [after - before for before, after in pairwise(seconds)]
    assert all(0 < step <= 5.001 for step in steps)
