"""`SharedState` in Redis; while that is away, in the memory of each process."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from webapp.services.local_state import LocalState
from webapp.services.ports import Change
from webapp.storage.shared.redis_link import PREFIX, RedisLink

if TYPE_CHECKING:
    from redis.client import Pipeline


@dataclass(frozen=True)
class RedisState:
    """Keeps each value in a key of its own.

    What this process has seen is kept in its memory too: where Redis goes away, nobody's count begins anew here.

    Attributes:
        link: the way to Redis.
    """

    link: RedisLink
    _own: LocalState = field(default_factory=LocalState)

    @property
    def is_away(self) -> bool:
        """Whether Redis is away."""
        return self.link.is_away

    def change(self, area: str, keys: Sequence[str], to: Change, keep: timedelta) -> None:
        """Replace values; see `SharedState.change`."""
        names = [f"{PREFIX}:{area}:{key}" for key in keys]
        written: list[str | None] = []

        def attempt(pipeline: "Pipeline") -> None:
            # Redis refuses what follows where one of them was changed since they were read.
            before = [None if value is None else value.decode() for value in pipeline.mget(names)]
            written[:] = to(before)
            pipeline.multi()
            for name, value in zip(names, written, strict=True):
                if value is None:
                    pipeline.delete(name)
                else:
                    pipeline.set(name, value, px=keep)

        is_changed = self.link.ask(
            lambda client: client.transaction(attempt, *names) is not None,
            otherwise=lambda: False,
        )
        if is_changed:
            self._own.put(area, keys, written)
        else:
            self._own.change(area, keys, to, keep)

    def check(self) -> None:
        """Find out whether Redis is there."""
        self.link.check()
