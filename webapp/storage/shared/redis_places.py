"""`SharedPlaces` in Redis: one sorted set, in which each place stands with the time until which it is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.services.ports import PlaceRefusal
from webapp.storage.shared.redis_link import PREFIX, RedisLink

if TYPE_CHECKING:
    from redis import Redis

# A process that was killed keeps nothing: what it had is free after so long.
KEPT_S = 5.0
# By Redis' own clock: those of the machines need not agree.
_NOW = "local time = redis.call('TIME')\nlocal now = time[1] + time[2] / 1000000\n"
_TAKE = f"""{_NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local taken, own = redis.call('ZRANGE', KEYS[1], 0, -1), 0
for _, member in ipairs(taken) do
  if string.sub(member, 1, #ARGV[2]) == ARGV[2] then own = own + 1 end
end
if #taken >= tonumber(ARGV[3]) then return 'all_taken' end
if own >= tonumber(ARGV[4]) then return 'own_taken' end
redis.call('ZADD', KEYS[1], now + ARGV[5], ARGV[1])
return ''
"""
_KEEP = f"""{_NOW}
for index = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[index]) end
return ''
"""


@dataclass(frozen=True)
class RedisPlaces:
    """Places of one kind.

    Attributes:
        link: the way to Redis.
        kind: what they are of.
    """

    link: RedisLink
    kind: str

    def take(self, place: str, user_id: int, most: int, most_per_person: int) -> PlaceRefusal | None:
        """Take a place; see `SharedPlaces.take`."""
        asked = (_member(place, user_id), _holder(user_id), str(most), str(most_per_person), str(KEPT_S))
        refusal = self.link.ask(lambda client: self._run(client, _TAKE, *asked), otherwise=lambda: "")
        return PlaceRefusal(refusal) if refusal else None

    def keep(self, places: Collection[tuple[str, int]]) -> None:
        """Keep places, also those that Redis has forgotten; see `SharedPlaces.keep`."""
        members = [_member(place, user_id) for place, user_id in places]
        if members:
            self.link.ask(lambda client: self._run(client, _KEEP, str(KEPT_S), *members), otherwise=lambda: "")

    def leave(self, place: str, user_id: int) -> None:
        """Give a place back; see `SharedPlaces.leave`."""
        self.link.ask(lambda client: client.zrem(self._name, _member(place, user_id)), otherwise=lambda: 0)

    @property
    def _name(self) -> str:
        return f"{PREFIX}:places:{self.kind}"

    def _run(self, client: "Redis", script: str, *values: str) -> str:
        answer: bytes = client.eval(script, 1, self._name, *values)
        return answer.decode()


def _holder(user_id: int) -> str:
    return f"{user_id}:"


def _member(place: str, user_id: int) -> str:
    return _holder(user_id) + place
