"""Copies a database in one transaction, and compares the copy with what it was made of before that is kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, Connection, Engine, MetaData, Table, Text, bindparam, text

from webapp.errors import DatabaseNotCopied
from webapp.storage.db.copying.checksums import TableChecksum
from webapp.storage.db.copying.fitting_values import FittingValues
from webapp.storage.db.copying.id_counters import go_on_from, has_counter, newest_id
from webapp.storage.db.copying.table_reading import Rows, all_tables, batches, is_empty
from webapp.storage.db.engine import migrate, schema_of
from webapp.storage.db.postgresql.bulk_rows import add_rows
from webapp.storage.db.revisions import known_revisions

# Amends on other machines is seen by its connections alone; the copy's own are two.
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'amends' "
    "AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True)
class CopiedTable:
    """What was copied of one table.

    Attributes:
        name: of the table.
        rows: how many.
        source_checksum: of the rows that were read, 64 hexadecimal digits.
        target_checksum: of the rows as the target gives them back.
    """

    name: str
    rows: int
    source_checksum: str
    target_checksum: str


def copy_database(
    source: Engine, target: Engine, on_rows: Callable[[str, int], object] = lambda *_: None
) -> Sequence[CopiedTable]:
    """Copy all tables; either all of it is in the target afterwards, and the same, or nothing.

    Args:
        source: nobody may use it; it is locked against writing and stays as it is.
        target: without tables, or with those of this version and without a row.
        on_rows: is told the table and how many rows of it are copied, again and again.

    Returns:
        The tables, each compared.

    Raises:
        DatabaseNotCopied: the databases cannot be copied so, or a value cannot be kept; the target has no row.
        DatabaseFailed: one of them cannot be used; likewise.
    """
    with source.begin() as read:
        _check_source(read)
        _prepare(target)
        with target.begin() as write:
            _check_alone(write, "target")
            if not is_empty(write):
                raise DatabaseNotCopied(
                    "The target is not empty: expected a database without tables, or one that nobody has used."
                )
            return [_copied(read, write, table, on_rows) for table in all_tables()]


def _check_source(connection: Connection) -> None:
    newest, found = max(known_revisions()), schema_of(connection)
    if found is None:
        raise DatabaseNotCopied("There is no database of Amends at the source.")
    if found != newest:
        _refuse_schema("source", found, newest)
    _check_alone(connection, "source")


def _prepare(target: Engine) -> None:
    """Give a target without tables those of this version; leave any other one as it is."""
    newest = max(known_revisions())
    with target.begin() as connection:
        found = schema_of(connection)
    if found is None:
        migrate(target)
    elif found != newest:
        _refuse_schema("target", found, newest)


def _refuse_schema(which: str, found: str, newest: str) -> None:
    help_ = (
        "bring it up to date first: python run.py database upgrade, with its address in AMENDS_DATABASE_URL."
        if found in known_revisions()
        else "it is a newer version's: update Amends first."
    )
    raise DatabaseNotCopied(f"The {which} has schema {found}, expected {newest}: {help_}")


def _check_alone(connection: Connection, which: str) -> None:
    if connection.dialect.name == "postgresql" and connection.execute(_OTHERS).scalar_one():
        raise DatabaseNotCopied(f"Amends is connected to the {which}: stop it on all machines first.")


def _copied(read: Connection, write: Connection, table: Table, on_rows: Callable[[str, int], object]) -> CopiedTable:
    there = _TargetTable(table, write)
    before = TableChecksum(table)
    for rows in _noted(batches(read, table), before):
        there.insert(rows)
        on_rows(table.name, before.rows)
    if there.own_references:
        for rows in batches(read, table):
            there.refer(rows)
    if has_counter(table):
        go_on_from(write, table, newest_id(read, table))
    after = TableChecksum(table)
    for _ in _noted(batches(write, table), after):
        pass
    if (before.rows, before.hexdigest()) != (after.rows, after.hexdigest()):
        raise DatabaseNotCopied(
            f"The copy of {table.name} is not the same: {before.rows} rows became {after.rows}, or some of them "
            "changed. Nothing was kept of the copy."
        )
    return CopiedTable(table.name, before.rows, before.hexdigest(), after.hexdigest())


def _noted(found: Iterator[Rows], checksum: TableChecksum) -> Iterator[Rows]:
    for rows in found:
        for row in rows:
            checksum.add(row)
        yield rows


class _TargetTable:
    """A table that is filled."""

    def __init__(self, table: Table, connection: Connection) -> None:
        self._connection = connection
        self._fitting = FittingValues(table, connection.dialect.name)
        self._key = [column.name for column in table.primary_key.columns]
        self.own_references = [
            key.parent.name for key in table.foreign_keys if key.column.table is table and key.parent.nullable
        ]
        self._table, self._with_text = table, Table(table.name, MetaData(), *map(_with_text_for_json, table.columns))

    def insert(self, rows: Rows) -> None:
        """Add rows; those of the same table that they refer to may come later, see `refer`."""
        self._fitting.check(rows)
        without = dict.fromkeys(self.own_references)
        added = [row | without for row in rows]
        if self._connection.dialect.name == "postgresql":
            add_rows(self._connection, self._table, added)
        else:
            self._connection.execute(self._with_text.insert(), added)

    def refer(self, rows: Rows) -> None:
        """Let rows refer to rows of the same table, which are all there now."""
        for name in self.own_references:
            known = [{"of_key": row[self._key[0]], "to": row[name]} for row in rows if row[name] is not None]
            if known:
                condition = self._table.c[self._key[0]] == bindparam("of_key")
                self._connection.execute(self._table.update().where(condition).values({name: bindparam("to")}), known)


def _with_text_for_json(column: Column[Any]) -> Column[Any]:
    kind = Text() if isinstance(column.type, JSON) else column.type
    return Column(column.name, kind, primary_key=column.primary_key)
