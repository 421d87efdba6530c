"""What several machines share, PostgreSQL, Redis and a store of pictures: what is missing, and what can be used."""

from collections.abc import Iterator

from webapp.cli.doctor.findings import Finding, Level
from webapp.cli.doctor.placement_checks import check_placement
from webapp.cli.doctor.redis_checks import check_redis
from webapp.cli.doctor.server_checks import check_server
from webapp.cli.doctor.store_checks import check_snapshot_store
from webapp.settings import Settings

_SET_DATABASE = "Set AMENDS_DATABASE_URL=postgresql+pg8000://USER:PASSWORD@HOST/DATABASE, see docs/cluster.md."
_SET_REDIS = "Set AMENDS_REDIS_URL=redis://:PASSWORD@HOST:6379/0, see docs/cluster.md."
_SET_STORE = "Set AMENDS_SNAPSHOT_STORE=s3://BUCKET and its key, or have all machines mount snapshots/."


def check_cluster(settings: Settings) -> Iterator[Finding]:
    """Yield what several machines need and this one is not set to, then whether what it is set to can be used."""
    for check, is_set, found, advice in (
        ("database", not settings.sqlalchemy_url.startswith("sqlite"), "It is a file of this machine.", _SET_DATABASE),
        ("redis", settings.redis_url is not None, "No Redis is set: each web server would count alone.", _SET_REDIS),
        ("pictures", bool(settings.snapshot_store), "They lie in this machine's data folder.", _SET_STORE),
    ):
        if not is_set:
            yield Finding(check, Level.WARNING, found, advice)
    if not settings.sqlalchemy_url.startswith("sqlite"):
        yield from check_server(settings)
    yield from check_redis(settings)
    yield from check_snapshot_store(settings)
    yield from check_placement(settings)
