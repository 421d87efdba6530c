"""What a transaction is for, said before it begins; each database begins it accordingly."""

from sqlalchemy import Connection, Engine

_READING, _IMPATIENT, _UNORDERED = "amends_is_reading", "amends_is_impatient", "amends_is_unordered"


def reading(engine: Engine) -> Engine:
    """Return the engine for transactions that only read: they take no write lock, and a write in one fails."""
    return engine.execution_options(**{_READING: True})


def impatient(engine: Engine) -> Engine:
    """Return the engine for transactions that fail at once where another one writes."""
    return engine.execution_options(**{_IMPATIENT: True})


def unordered(engine: Engine) -> Engine:
    """Return the engine for transactions that write nothing which anybody follows in its order, and wait for nobody.

    On SQLite, where one transaction writes at a time whatever it is, they are as all others.
    """
    return engine.execution_options(**{_UNORDERED: True})


def is_reading(connection: Connection) -> bool:
    """Return whether a connection's transactions only read."""
    return bool(connection.get_execution_options().get(_READING))


def is_patient(connection: Connection) -> bool:
    """Return whether a connection's transactions wait for another one that writes."""
    return not connection.get_execution_options().get(_IMPATIENT)


def is_unordered(connection: Connection) -> bool:
    """Return whether a connection's transactions need not wait for another one that writes."""
    return bool(connection.get_execution_options().get(_UNORDERED))
