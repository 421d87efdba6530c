"""The cheapest way to pair rows with columns, each at most once, in plain Python.

For a handful of faces that takes microseconds; `scipy.optimize`, which has the same, costs each start a third of a
second and 30 MB.
"""

from collections.abc import Sequence

_FREE = -1


def cheapest_pairs(costs: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Return pairs (row, column) whose costs add up to the least, as many as there are rows or columns.

    Shortest augmenting paths, each row's found from the prices of the rows before: D. F. Crouse, "On implementing 2D
    rectangular assignment algorithms", IEEE Trans. Aerosp. Electron. Syst. 52(4), 2016.

    Args:
        costs: finite numbers, rows of the same length.
    """
    if costs and len(costs) > len(costs[0]):
        return sorted((row, column) for column, row in cheapest_pairs(list(zip(*costs, strict=True))))
    row_prices, column_prices = [0.0] * len(costs), [0.0] * len(costs[0]) if costs else []
    row_of = [_FREE] * len(column_prices)
    for row in range(len(costs)):
        _pair(row, costs, row_prices, column_prices, row_of)
    return sorted((row, column) for column, row in enumerate(row_of) if row != _FREE)


def _pair(
    new_row: int,
    costs: Sequence[Sequence[float]],
    row_prices: list[float],
    column_prices: list[float],
    row_of: list[int],
) -> None:
    """Give one more row a column; rows that have one may change theirs."""
    distances, came_from = [float("inf")] * len(row_of), [new_row] * len(row_of)
    open_columns, closed = set(range(len(row_of))), []
    row, way = new_row, 0.0
    while row != _FREE:
        for column in open_columns:
            distance = way + costs[row][column] - row_prices[row] - column_prices[column]
            if distance < distances[column]:
                distances[column], came_from[column] = distance, row
        nearest = min(open_columns, key=distances.__getitem__)
        open_columns.remove(nearest)
        closed.append(nearest)
        row, way = row_of[nearest], distances[nearest]
    row_prices[new_row] += way
    for column in closed[:-1]:
        row_prices[row_of[column]] += way - distances[column]
        column_prices[column] -= way - distances[column]
    _change_over(closed[-1], new_row, came_from, row_of)


def _change_over(column: int, new_row: int, came_from: Sequence[int], row_of: list[int]) -> None:
    """Give each row on the way back to the new one the column of the one after it."""
    column_of = {row: taken for taken, row in enumerate(row_of) if row != _FREE}
    while (row := came_from[column]) != new_row:
        row_of[column], column = row, column_of[row]
    row_of[column] = new_row
