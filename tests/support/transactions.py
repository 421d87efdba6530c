"""Counts the transactions of a database, apart: those that read, and those that write."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, event

from webapp.storage.db.transactions.options import is_reading


@dataclass
class Transactions:
    """How many began.

    Attributes:
        reading: that take no lock.
        writing: that take the write lock at their beginning.
    """

    reading: int = 0
    writing: int = 0


@contextmanager
def counted(engine: Engine) -> Iterator[Transactions]:
    """Count what begins inside of it."""
    count = Transactions()

    def note(connection: Connection) -> None:
        if is_reading(connection):
            count.reading += 1
        else:
            count.writing += 1

    event.listen(engine, "begin", note)
    try:
        yield count
    finally:
        event.remove(engine, "begin", note)
