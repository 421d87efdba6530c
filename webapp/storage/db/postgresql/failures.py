"""What PostgreSQL's errors mean for those who use the database: it is away, locked, full, read-only, damaged."""

from sqlalchemy import ExceptionContext

from webapp.domain.site.storage_faults import StorageFault, failure_of
from webapp.errors import DatabaseFailed
from webapp.storage.db.transactions.options import is_reading

# By SQLSTATE, or its class: https://www.postgresql.org/docs/current/errcodes-appendix.html
_FAULTS = {
    "08": StorageFault.AWAY,  # The connection failed.
    "25006": StorageFault.READ_ONLY,
    "25P03": StorageFault.AWAY,  # The server ended a transaction that said nothing for too long.
    "28": StorageFault.AWAY,  # The user or password is wrong.
    "3D": StorageFault.AWAY,  # There is no such database.
    "40": StorageFault.LOCKED,  # A deadlock, or a serialisation failure: the same again may succeed.
    "53100": StorageFault.FULL,
    "53": StorageFault.AWAY,  # Too many connections, or no memory.
    "55P03": StorageFault.LOCKED,
    "57014": StorageFault.LOCKED,  # A statement was cancelled.
    "57": StorageFault.AWAY,  # The server stops, starts, or has ended the connection.
    "58": StorageFault.FAILED,
    "XX001": StorageFault.DAMAGED,
    "XX002": StorageFault.DAMAGED,
}


def fault_of(error: BaseException | None) -> StorageFault | None:
    """Return what a driver's error says of the database; None where it is about something else."""
    if isinstance(error, OSError):
        return StorageFault.AWAY
    state = sqlstate_of(error)
    if state:
        return _FAULTS.get(state) or _FAULTS.get(state[:2])
    # The driver's own word that the connection is gone, or was never there.
    return StorageFault.AWAY if type(error).__name__ == "InterfaceError" else None


def sqlstate_of(error: BaseException | None) -> str:
    """Return the code in the server's message that an error holds, or one that it was raised from; else nothing."""
    while error is not None:
        said = error.args[0] if error.args else None
        if isinstance(said, dict):
            return str(said.get("C", ""))
        error = error.__cause__
    return ""


def translated(context: ExceptionContext) -> DatabaseFailed | None:
    """Return the error to be raised instead of SQLAlchemy's, whatever statement met the fault; None: no other one."""
    fault = fault_of(context.original_exception)
    if fault is None:
        return None
    if fault is StorageFault.READ_ONLY and context.connection is not None and is_reading(context.connection):
        return None  # A write where only reading was meant is a fault of ours, not of the database.
    return failure_of(fault)
