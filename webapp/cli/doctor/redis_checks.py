"""Whether what several web servers share is there, where it is set."""

import time
from collections.abc import Iterator

from webapp.cli.doctor.findings import Finding, Level
from webapp.errors import SettingsInvalid
from webapp.settings import Settings
from webapp.storage.shared.redis_link import RedisLink, check_redis_library

_START = "Start it, or look at AMENDS_REDIS_URL; until then limits count for each web server alone."

_OTHER = "Name the other one in AMENDS_REDIS_URL; until then limits count for each web server alone."
_FULL = "Raise its maxmemory; until then limits count for each web server alone."


def check_redis(settings: Settings) -> Iterator[Finding]:
    """Yield whether Redis answers; nothing where none is set."""
    if settings.redis_url is None:
        return
    try:
        check_redis_library(settings)
    except SettingsInvalid as error:
        yield Finding("redis", Level.ERROR, str(error))
        return
    yield _answer(settings.redis_url.get_secret_value())


def _answer(url: str) -> Finding:
    from redis import AuthenticationError, RedisError

    began_s = time.perf_counter()
    try:
        told = RedisLink(url).client.info()
    except AuthenticationError:
        return Finding("redis", Level.ERROR, "Redis refuses the password.", "Look at AMENDS_REDIS_URL.")
    except (RedisError, OSError):
        return Finding("redis", Level.WARNING, "Redis does not answer.", _START)
    took_ms = (time.perf_counter() - began_s) * 1000
    if told["role"] != "master":
        return Finding("redis", Level.WARNING, "Redis is a copy of another one and keeps nothing.", _OTHER)
    is_full = told["maxmemory"] and told["used_memory"] >= told["maxmemory"]
    if is_full and told["maxmemory_policy"] == "noeviction":
        return Finding("redis", Level.WARNING, "Redis is full.", _FULL)
    return Finding("redis", Level.OK, f"Redis {told['redis_version']} answers after {took_ms:.0f} ms.")
