import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from webapp.vision.faces.assignment import cheapest_pairs

PRICES = st.one_of(st.integers(0, 3).map(float), st.floats(0, 2), st.just(1e6))


@st.composite
def tables(draw: st.DrawFn) -> list[list[float]]:
    columns = draw(st.integers(1, 7))
    return draw(st.lists(st.lists(PRICES, min_size=columns, max_size=columns), min_size=1, max_size=7))


@given(tables())
def test_no_other_pairs_cost_less(costs: list[list[float]]):
    pairs = cheapest_pairs(costs)
    rows, columns = {row for row, _ in pairs}, {column for _, column in pairs}
    assert len(pairs) == len(rows) == len(columns) == min(len(costs), len(costs[0]))
    least = np.asarray(costs)[linear_sum_assignment(costs)].sum()
    assert np.isclose(sum(costs[row][column] for row, column in pairs), least)


def test_a_row_that_came_first_changes_its_column_where_both_gain():
    assert cheapest_pairs([[1.0, 2.0], [1.0, 9.0]]) == [(0, 1), (1, 0)]


def test_of_nothing_there_are_no_pairs():
    assert cheapest_pairs([]) == []
