"""The connection to Redis, which may go away at any time and is never waited for twice in a row."""

import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from webapp.errors import SettingsInvalid
from webapp.settings import Settings

# Loaded where a Redis is set: one machine alone has neither the server nor the library.
if TYPE_CHECKING:
    from redis import ConnectionPool, Redis

# A page waits for so long once; then Redis counts as away, and nobody waits until it is tried again.
TIMEOUT_S = 0.5
AGAIN_S = 2.0
PREFIX = "amends"
_CHECKED_S = 60
_Answer = TypeVar("_Answer")
_log = structlog.get_logger()


def check_redis_library(settings: Settings) -> None:
    """Say at the start what is missing where a Redis is set.

    Raises:
        SettingsInvalid: the library is not installed, or the address is none.
    """
    if settings.redis_url is None:
        return
    if importlib.util.find_spec("redis") is None:
        raise SettingsInvalid(
            "AMENDS_REDIS_URL is set, but the Redis library is not installed. Run: make setup-cluster"
        )
    if not settings.redis_url.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
        raise SettingsInvalid("AMENDS_REDIS_URL: expected an address that begins with redis://, rediss:// or unix://")


def connection_pool(url: str) -> "ConnectionPool":
    """Return connections that fail soon instead of trying for long; none is opened yet.

    Args:
        url: of the server, such as `redis://:password@192.0.2.5:6379/0`.
    """
    from redis import ConnectionPool
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    patience: dict[str, Any] = {
        "socket_timeout": TIMEOUT_S,
        "socket_connect_timeout": TIMEOUT_S,
        "retry": Retry(NoBackoff(), 0),
    }
    return ConnectionPool.from_url(url, **patience)


@dataclass
class RedisLink:
    """One process's way to Redis.

    Attributes:
        url: of the server.
        monotonic_s: a clock that never goes back.
        is_away: whether it did not answer when it was asked last.
        meanwhile: what the log says holds while it is away.
        again: what it says holds when it is back.
    """

    url: str = field(repr=False)
    monotonic_s: Callable[[], float] = time.monotonic
    is_away: bool = False
    meanwhile: str = "limits count for each web process alone"
    again: str = "limits count for all web processes again"
    _again_s: float = 0.0
    _is_tried: bool = False

    def __post_init__(self) -> None:
        """Open nothing yet."""
        from redis import Redis

        self.client: Redis = Redis.from_pool(connection_pool(self.url))

    def ask(self, question: "Callable[[Redis], _Answer]", otherwise: Callable[[], _Answer]) -> _Answer:
        """Return what Redis answers; where it is away, `otherwise`. One at a time finds out whether it is back.

        Args:
            question: what is asked, of the client.
            otherwise: what holds while it is away.
        """
        from redis import RedisError

        if self.is_away and (self._is_tried or self.monotonic_s() < self._again_s):
            return otherwise()
        self._is_tried = self.is_away
        try:
            answer = question(self.client)
        except (RedisError, OSError) as error:
            self._note_away(error)
            return otherwise()
        finally:
            self._is_tried = False
        self._note_back()
        return answer

    def check(self) -> None:
        """Find out whether it is there and keeps what it is told, without anybody who asks for something."""
        # One that is full, or a copy of another one, answers a PING and takes nothing.
        self.ask(lambda client: bool(client.set(f"{PREFIX}:checked", "", ex=_CHECKED_S)), lambda: False)

    def _note_away(self, error: Exception) -> None:
        self._again_s = self.monotonic_s() + AGAIN_S
        if not self.is_away:
            self.is_away = True
            # The kind alone: what a library says of it may repeat the address with its password.
            _log.error("redis_away", error=type(error).__name__, meanwhile=self.meanwhile)

    def _note_back(self) -> None:
        if self.is_away:
            self.is_away = False
            _log.info("redis_back", now=self.again)
