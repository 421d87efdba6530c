"""What a database's address says of where it is."""

from pathlib import Path

_SQLITE = "sqlite:///"


def database_file(url: str) -> Path | None:
    """Return the file of a database by its SQLAlchemy address; None where it is on a server."""
    return Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None
