"""What one database keeps and the other cannot: found before it is written, and named."""

import json
import math
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Double, Integer, String, Table

from webapp.errors import DatabaseNotCopied

_Problem = Callable[[Any], str]


class FittingValues:
    """Refuses rows of a table that a database cannot keep as they are."""

    def __init__(self, table: Table, dialect: str) -> None:
        """Say which table, and by SQLAlchemy's name which database."""
        self._table = table
        problems = _OF_POSTGRESQL if dialect == "postgresql" else _OF_SQLITE
        self._columns = [(column.name, problem) for column in table.columns if (problem := problems(column))]

    def check(self, rows: Iterable[dict[str, Any]]) -> None:
        """Look at rows.

        Raises:
            DatabaseNotCopied: a value cannot be kept; the message names table, row and column, not the value.
        """
        for row in rows:
            for name, problem in self._columns:
                if row[name] is not None and (said := problem(row[name])):
                    key = ", ".join(f"{column.name} {row[column.name]!r}" for column in self._table.primary_key)
                    raise DatabaseNotCopied(
                        f"The target cannot keep '{name}' of the row with {key:.80} of {self._table.name}: {said}. "
                        "Put that right in the source, and copy again."
                    )


def _of_postgresql(column: Column[Any]) -> _Problem | None:
    if isinstance(column.type, JSON):
        return _problem_of_json
    if isinstance(column.type, String):
        return _problem_of_text(column.type.length)
    if isinstance(column.type, Integer):
        return _problem_of_integer(63 if isinstance(column.type, BigInteger) else 31)
    return None


def _of_sqlite(column: Column[Any]) -> _Problem | None:
    return _problem_of_number if isinstance(column.type, Double) else None


_OF_POSTGRESQL, _OF_SQLITE = _of_postgresql, _of_sqlite


def _problem_of_text(length: int | None) -> _Problem:
    def problem(text: str) -> str:
        if "\0" in text:
            return "the text holds a NUL character"
        return f"{len(text)} characters where {length} are allowed" if length and len(text) > length else ""

    return problem


def _problem_of_integer(bits: int) -> _Problem:
    return lambda number: "" if -(2**bits) <= number < 2**bits else f"a whole number of more than {bits + 1} bits"


def _problem_of_json(text: str) -> str:
    wrong: list[str] = []
    json.loads(text, parse_constant=wrong.append)
    return f"its JSON holds {wrong[0]}" if wrong else ""


def _problem_of_number(number: float) -> str:
    return "it is not a number (NaN)" if math.isnan(number) else ""
