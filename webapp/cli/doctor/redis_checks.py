"""Whether what several web servers share is there, where it is set."""

from collections.abc import Iterator

from webapp.cli.doctor.findings import Finding, Level
from webapp.errors import SettingsInvalid
from webapp.settings import Settings
from webapp.storage.shared.redis_link import RedisLink, check_redis_library

_START = "Start it, or look at AMENDS_REDIS_URL; until then limits count for each web server alone."


def check_redis(settings: Settings) -> Iterator[Finding]:
    """Yield whether Redis answers; nothing where none is set."""
    if settings.redis_url is None:
        return
    try:
        check_redis_library(settings)
    except SettingsInvalid as error:
        yield Finding("redis", Level.ERROR, str(error))
        return
    link = RedisLink(settings.redis_url.get_secret_value())
    link.check()
    if link.is_away:
        yield Finding("redis", Level.WARNING, "Redis does not answer.", _START)
    else:
        yield Finding("redis", Level.OK, "Redis answers.")
