"""What SQLite's errors mean for those who use the database: it is locked, full, read-only, damaged."""

import sqlite3

from sqlalchemy import ExceptionContext

from webapp.domain.site.storage_faults import StorageFault, failure_of
from webapp.errors import DatabaseFailed
from webapp.storage.db.transactions.options import is_reading

_FAULTS = {
    sqlite3.SQLITE_BUSY: StorageFault.LOCKED,
    sqlite3.SQLITE_LOCKED: StorageFault.LOCKED,
    sqlite3.SQLITE_FULL: StorageFault.FULL,
    sqlite3.SQLITE_READONLY: StorageFault.READ_ONLY,
    sqlite3.SQLITE_CORRUPT: StorageFault.DAMAGED,
    sqlite3.SQLITE_NOTADB: StorageFault.DAMAGED,
    sqlite3.SQLITE_CANTOPEN: StorageFault.MISSING,
    sqlite3.SQLITE_IOERR: StorageFault.FAILED,
}
_PRIMARY_CODE = 0xFF


def fault_of(error: BaseException | None) -> StorageFault | None:
    """Return what an error says of the database; None where it is about something else."""
    code = getattr(error, "sqlite_errorcode", None)
    return _FAULTS.get(code & _PRIMARY_CODE) if isinstance(code, int) else None


def translated(context: ExceptionContext) -> DatabaseFailed | None:
    """Return the error to be raised instead of SQLAlchemy's, whatever statement met the fault; None: no other one."""
    fault = fault_of(context.original_exception)
    if fault is None:
        return None
    if fault is StorageFault.READ_ONLY and context.connection is not None and is_reading(context.connection):
        return None  # A write where only reading was meant is a fault of ours, not of the database.
    return failure_of(fault)
