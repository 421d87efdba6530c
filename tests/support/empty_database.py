"""An empty database that every migration has run on: running them for each test takes longer than most tests."""

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from webapp.settings import Settings
from webapp.storage.db.engine import migrate, open_engine


def empty_database(settings: Settings) -> Engine:
    """Return an engine on a new database of the newest schema, where the settings say."""
    engine = open_engine(settings.sqlalchemy_url)
    assert engine.url.database is not None
    Path(engine.url.database).write_bytes(_migrated())
    return engine


@lru_cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/empty.db")
        migrate(engine)
        engine.dispose()
        return (Path(folder) / "empty.db").read_bytes()
