"""Rows in every table, made from the tables themselves: each kind of value, at its extremes too."""

import re
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Connection, Table, insert

from webapp.storage.db.copying.table_reading import all_tables, stored_type

_FIRST, _LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
_TIMES = (datetime(2026, 3, 29, 1, 30, 0, 1, UTC), _FIRST, _LAST, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC))
_FLOATS = (0.1, -0.0, 1e308, 5e-324, float("inf"), float("-inf"), 1 / 3, 0.0)
_TEXTS = ("Zoë 🙂 'quoted' \\N %s", "", " \t\r\n", "\ufeff\u202e", "x", "a\x01b", "é", "e\u0301")
_JSONS = ({"b": 1, "a": [None, True, 1.0, 1e100]}, [], {}, [[0, 2**70]], {"": "\ud800 \0 ß"}, "text", None, 0.1)
_CHOICES = re.compile(r"'([^']*)'")


def fill_all_tables(connection: Connection, rows: int = 8) -> dict[str, int]:
    """Add rows to every table and return how many each has; `incidents` refer to later and earlier ones."""
    for table in all_tables():
        connection.execute(insert(table), [_row(table, number, rows) for number in range(1, rows + 1)])
    incidents = next(table for table in all_tables() if table.name == "incidents")
    for incident_id, again_id in ((1, rows), (rows, 2)):
        connection.execute(incidents.update().where(incidents.c.id == incident_id).values(again_id=again_id))
    return dict.fromkeys((table.name for table in all_tables()), rows)


def _row(table: Table, number: int, rows: int) -> dict[str, Any]:
    choices = {
        str(check.sqltext).partition(" ")[0]: _CHOICES.findall(str(check.sqltext))
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    return {column.name: _value(column, number, rows, choices) for column in table.columns}


def _value(column: Column[Any], number: int, rows: int, choices: dict[str, list[str]]) -> Any:
    is_odd = number % 3 == 0
    if column.foreign_keys and any(key.column.table is column.table for key in column.foreign_keys):
        return None
    if column.primary_key and column.type.python_type is date:
        return date.fromordinal(date.max.toordinal() - number)
    if column.primary_key or column.foreign_keys:
        return f"{number} {_TEXTS[number % len(_TEXTS)]}" if column.type.python_type is str else number
    if column.nullable and is_odd:
        return None
    if column.name in choices:
        return choices[column.name][number % len(choices[column.name])]
    return _of_type(column, number)


def _of_type(column: Column[Any], number: int) -> Any:
    if isinstance(column.type, JSON):
        return JSON.NULL if (content := _JSONS[number % len(_JSONS)]) is None else content
    kind = stored_type(column)
    if kind is str:
        length = getattr(column.type, "length", None)
        text = f"{number}{_TEXTS[number % len(_TEXTS)]}"
        return text.ljust(length or 200_000, "–") if number == 2 else text[:length]
    if kind is bytes:
        return bytes(range(256)) * number
    if kind is int:
        return number if number != 2 else 2**31 - 1
    values = {bool: number % 2 == 0, float: _FLOATS[number % 8], datetime: _TIMES[number % 4], date: date.max}
    return values[kind]
