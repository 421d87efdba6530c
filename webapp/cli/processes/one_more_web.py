"""What is otherwise with a web server that runs beside the first one: it finds everything ready, or is not started."""

import structlog

from webapp.cli.processes.locks import NotNow, only_one
from webapp.settings import Settings
from webapp.storage.db.engine import is_newest_schema, open_engine
from webapp.storage.site.keys import missing_keys

_log = structlog.get_logger()


def check_joinable(settings: Settings) -> None:
    """Check that the first server has made keys and database, and that both are here; warn where limits are not shared.

    Raises:
        NotNow: something is missing; a process manager tries again.
        DatabaseNewer: a newer version of Amends is at work.
    """
    missing = missing_keys(settings.data_dir)
    if missing and not _is_beside_first(settings):
        names = " and ".join(missing)
        raise NotNow(f"Expected {names} in {settings.data_dir}: copy them from the data folder of the first server.")
    check_schema_ready(settings)
    if settings.redis_url is None:
        _log.warning("redis_not_set", meanwhile="limits count for each web server alone", advice="set AMENDS_REDIS_URL")


def check_schema_ready(settings: Settings) -> None:
    """Check that the first server has brought the database up to date.

    Raises:
        NotNow: it has not; a process manager tries again.
        DatabaseNewer: a newer version of Amends is at work.
    """
    engine = open_engine(settings.sqlalchemy_url)
    try:
        if not is_newest_schema(engine):
            raise NotNow("The database is not ready: start the first server (run.py serve) of this version before.")
    finally:
        engine.dispose()


def _is_beside_first(settings: Settings) -> bool:
    """Return whether the first server runs on this data folder, where it makes keys as they are needed."""
    try:
        with only_one(settings, "web"):
            return False
    except NotNow:
        return True
