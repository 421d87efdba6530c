"""Tables read row by row in the order of their keys, with memory for one batch."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Table,
    Text,
    TypeDecorator,
    cast,
    func,
    select,
    tuple_,
)

from webapp.storage.db import (  # noqa: F401 - they enter themselves into the metadata.
    expression_tables,
    notification_tables,
    sign_in_tables,
    site_tables,
    tables,
    wall_tables,
)
from webapp.storage.db.base import Base
from webapp.storage.db.beyond_one_box import cluster_tables, sites_tables  # noqa: F401 - likewise.

# A batch of the widest table stays well below the parameters that either database takes in one statement.
BATCH_ROWS = 500
Rows = Sequence[dict[str, Any]]


def all_tables() -> Sequence[Table]:
    """Return the tables; what a row refers to comes before it, but for rows of its own table."""
    return Base.metadata.sorted_tables


def batches(connection: Connection, table: Table, rows: int = BATCH_ROWS) -> Iterator[Rows]:
    """Yield the rows of a table, each by the names of its columns; JSON stays text, as it was stored.

    Args:
        connection: within a transaction that sees one moment.
        table: one of `all_tables`.
        rows: of a batch; more take more memory.
    """
    key = list(table.primary_key.columns)
    query = select(*map(_as_stored, table.columns)).order_by(*key).limit(rows)
    found = connection.execute(query).mappings().all()
    while found:
        yield [dict(row) for row in found]
        last = [found[-1][column.name] for column in key]
        found = connection.execute(query.where(_is_behind(key, last))).mappings().all()


def is_empty(connection: Connection) -> bool:
    """Return whether no table holds a row."""
    return not any(connection.execute(select(1).select_from(table).limit(1)).first() for table in all_tables())


def row_count(connection: Connection, table: Table) -> int:
    """Return how many rows a table holds."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def stored_type(column: Column[Any]) -> type:
    """Return Python's type of a column's values."""
    kind = column.type
    return kind.impl_instance.python_type if isinstance(kind, TypeDecorator) else kind.python_type


def _as_stored(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column


def _is_behind(key: Sequence[ColumnElement[Any]], last: Sequence[Any]) -> ColumnElement[bool]:
    return key[0] > last[0] if len(key) == 1 else tuple_(*key) > tuple_(*last)
