"""What can be wrong with the database while Amends runs."""

from enum import StrEnum

from webapp.errors import DatabaseBusy, DatabaseFailed, InputInvalid


class StorageFault(StrEnum):
    """Why nothing can be stored."""

    LOCKED = "locked"
    FULL = "full"
    READ_ONLY = "read_only"
    DAMAGED = "damaged"
    MISSING = "missing"
    AWAY = "away"
    FAILED = "failed"


def failure_of(fault: StorageFault) -> DatabaseFailed:
    """Return a fault as the error that pages and commands show."""
    if fault is StorageFault.LOCKED:
        return DatabaseBusy("The database is busy. Try again in a moment.", fault=fault)
    return DatabaseFailed(
        "The database cannot be used right now. An admin reads on the dashboard and in the log why.", fault=fault
    )


def nul_refused() -> InputInvalid:
    """Return the error of a text that not all databases can keep: it has the zero that ends a text in C."""
    return InputInvalid("Expected a text without NUL characters.")
