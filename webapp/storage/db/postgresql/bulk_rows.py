"""Many rows at once: PostgreSQL's COPY takes a fraction of the time of statements whose every value is a parameter."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from sqlalchemy import Connection, Table

from webapp.domain.site.storage_faults import failure_of
from webapp.errors import DatabaseNotCopied
from webapp.storage.db.postgresql.failures import fault_of

# https://www.postgresql.org/docs/current/sql-copy.html, the format TEXT.
_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def add_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows to a table within the transaction.

    Args:
        connection: to PostgreSQL.
        table: which has no column that is left out.
        rows: each by the names of its columns; JSON as text, times aware.

    Raises:
        DatabaseFailed: the database cannot be used.
        DatabaseNotCopied: it refuses a row; the message holds no value.
    """
    names = [column.name for column in table.columns]
    lines = ("\t".join([_form(row[name]) for name in names]) + "\n" for row in rows)
    quoted = ", ".join(f'"{name}"' for name in names)
    cursor: Any = connection.connection.cursor()
    try:
        cursor.execute(f'COPY "{table.name}" ({quoted}) FROM STDIN', stream=BytesIO("".join(lines).encode()))
    except Exception as error:  # noqa: BLE001 - the driver's, which is installed only where it is needed; all is raised.
        fault = fault_of(error)
        if fault is not None:
            raise failure_of(fault) from None
        said = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
        raise DatabaseNotCopied(
            f"The target refuses rows of {table.name}: {said.get('M', type(error).__name__)}."
        ) from (None)
    finally:
        cursor.close()


def _form(value: Any) -> str:
    return _NULL if value is None else _FORMS.get(type(value), str)(value)


def _time(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


_FORMS: dict[type, Callable[[Any], str]] = {
    str: lambda text: text.translate(_ESCAPES),
    bytes: lambda content: f"\\\\x{content.hex()}",
    bool: lambda is_so: "t" if is_so else "f",
    datetime: _time,
    float: repr,
}
