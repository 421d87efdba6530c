"""A checksum of a table's rows, whatever database and driver they come from, and in whatever order."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Double, Float, Table

from webapp.storage.db.copying.table_reading import stored_type

_MODULUS = 2**256


@dataclass
class TableChecksum:
    """Counts rows and adds up their SHA-256.

    A sum does not depend on the order of the rows, which databases sort by texts each in its own way. What the
    databases store alike counts as alike: minus zero and zero, and JSON whose objects name the same in another order.

    Attributes:
        table: whose rows these are.
        rows: how many there were.
    """

    table: Table
    rows: int = 0
    _sum: int = 0

    def __post_init__(self) -> None:
        self._columns = [(column.name, _form_of(column)) for column in self.table.columns]

    def add(self, row: dict[str, Any]) -> None:
        """Count a row, by the names of its columns; JSON as text."""
        forms = [None if row[name] is None else form(row[name]) for name, form in self._columns]
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(json.dumps(forms).encode()).digest())) % _MODULUS
        self.rows += 1

    def hexdigest(self) -> str:
        """Return the checksum, 64 hexadecimal digits."""
        return f"{self._sum:064x}"


def _form_of(column: Column[Any]) -> Callable[[Any], object]:
    """Return what makes one text or number of a value, by the column's type and not by the driver's."""
    if isinstance(column.type, JSON):
        return lambda text: json.dumps(json.loads(text), sort_keys=True)
    if isinstance(column.type, Float | Double):
        return lambda number: repr(float(number) + 0.0)
    return _FORMS.get(stored_type(column), str)


def _time(at: datetime) -> str:
    return (at.astimezone(UTC) if at.tzinfo else at).isoformat(timespec="microseconds")


_FORMS: dict[type, Callable[[Any], object]] = {
    bool: bool,
    bytes: lambda content: bytes(content).hex(),
    datetime: _time,
    date: date.isoformat,
    int: int,
}
