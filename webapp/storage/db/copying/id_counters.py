"""How far a table's ids have been given out: in a copy they go on from there, so that none is used twice."""

from sqlalchemy import BigInteger, Boolean, Connection, Integer, Table, column, func, select, text
from sqlalchemy import table as named


def has_counter(table: Table) -> bool:
    """Return whether the database gives out the ids of a table."""
    key = list(table.primary_key.columns)
    return len(key) == 1 and isinstance(key[0].type, Integer) and not key[0].foreign_keys


def newest_id(connection: Connection, table: Table) -> int:
    """Return the highest id that was ever given out, also where its row is gone; 0: none."""
    (key,) = table.primary_key.columns
    highest = connection.execute(select(func.max(key))).scalar() or 0
    if connection.dialect.name == "postgresql":
        asked = (column("is_called", Boolean), column("last_value", BigInteger))
        is_called, last = connection.execute(select(*asked).select_from(named(_sequence(table)))).one()
        return max(highest, last if is_called else 0)
    if not _is_kept_by_sqlite(table):
        return highest
    query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return max(highest, connection.execute(query, {"name": table.name}).scalar() or 0)


def go_on_from(connection: Connection, table: Table, newest: int) -> None:
    """Have the next row get a higher id than the newest one."""
    if connection.dialect.name == "postgresql":
        called = {"sequence": _sequence(table), "value": max(newest, 1), "is_called": newest > 0}
        connection.execute(text("SELECT setval(CAST(:sequence AS regclass), :value, :is_called)"), called)
    elif _is_kept_by_sqlite(table):
        kept = {"name": table.name, "newest": newest}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), kept)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :newest)"), kept)


def _sequence(table: Table) -> str:
    (key,) = table.primary_key.columns
    return f"{table.name}_{key.name}_seq"


def _is_kept_by_sqlite(table: Table) -> bool:
    return bool(table.dialect_options["sqlite"]["autoincrement"])
