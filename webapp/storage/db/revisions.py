"""The schemas that this version knows; asked at each start, and therefore without SQLAlchemy."""

from pathlib import Path

MIGRATIONS_DIR = Path(__file__).resolve().parents[3] / "migrations"


def known_revisions() -> set[str]:
    """Return the schemas that this version can read and bring up to date: each migration's file begins with its own."""
    return {path.name.partition("_")[0] for path in (MIGRATIONS_DIR / "versions").glob("[0-9]*.py")}
