"""What machines tell each other, in Redis: of each one its head, and beside it the newest values; nothing is queued.

A head is a small value that says which others are new. All is forgotten by Redis itself some seconds after it was
written last, so that a machine that is gone leaves nothing.
"""

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from webapp.storage.shared.redis_link import PREFIX, RedisLink

if TYPE_CHECKING:
    from redis import Redis

# Its machine counts as gone when a head has not been written anew for so long.
KEPT_S = 5.0
_HEAD_AGAIN_S = 1.0
_NODES_AGAIN_S = 1.0
# One answer is not so large that others wait for it for long.
_AT_ONCE = 32
_KEPT_MS = round(KEPT_S * 1000)
_MOST_NODES = 200
_NODES = f"{PREFIX}:relay:nodes"
# It is a part of names in Redis and of a folder's, so it leads nowhere else.
NODE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
# By Redis' own clock: those of the machines need not agree.
_MEET = """local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
return redis.call('ZRANGE', KEYS[1], 0, ARGV[3] - 1)
"""


@dataclass(frozen=True)
class Heads:
    """What the other machines say.

    Attributes:
        server_s: the time of Redis when it answered.
        asked_s: when it was asked, on this machine's own clock.
        answered_s: when it answered, on the same.
        by_node: name of each machine that is there → its head.
    """

    server_s: float
    asked_s: float
    answered_s: float
    by_node: Mapping[str, bytes]


@dataclass
class RedisRelay:
    """One machine's place among the others.

    Attributes:
        link: the way to Redis.
        node: the machine's name.
        most_bytes: no value is read further.
        sent_bytes: of all that was written.
        received_bytes: of all that was read.
    """

    link: RedisLink
    node: str
    most_bytes: int
    sent_bytes: int = 0
    received_bytes: int = 0
    _head: bytes = field(default=b"", init=False, repr=False)
    _head_s: float = field(default=float("-inf"), init=False)
    _nodes: tuple[str, ...] = field(default=(), init=False)
    _nodes_s: float = field(default=float("-inf"), init=False)

    @property
    def is_away(self) -> bool:
        """Whether Redis is away."""
        return self.link.is_away

    def exchange(self, head: bytes, values: Mapping[str, bytes]) -> Heads | None:
        """Write what is new here, and return what is told elsewhere; None while Redis is away.

        Args:
            head: what this machine says now; written where it is another one, and again before it is forgotten. Empty:
                it says nothing yet, and what one before it said stays.
            values: those that are new, by their names.
        """
        return self.link.ask(lambda client: self._exchange(client, head, values), otherwise=lambda: None)

    def fetch(self, wanted: Sequence[tuple[str, str]]) -> Sequence[bytes]:
        """Return values of other machines, each by the machine's name and its own; empty where it is not there."""
        found: list[bytes] = []
        for first in range(0, len(wanted), _AT_ONCE):
            names = [_value(node, name) for node, name in wanted[first : first + _AT_ONCE]]
            found += self.link.ask(partial(self._read, names=names), otherwise=partial(_nothing, len(names)))
        return found

    def leave(self) -> None:
        """Take the own head away: this machine ends, and others need not wait until it is forgotten."""
        self.link.ask(lambda client: client.delete(_head(self.node)), otherwise=lambda: 0)

    def _exchange(self, client: "Redis", head: bytes, values: Mapping[str, bytes]) -> Heads:
        asked_s = time.monotonic()
        is_head_due = bool(head) and (head != self._head or asked_s - self._head_s >= _HEAD_AGAIN_S)
        is_nodes_due = asked_s - self._nodes_s >= _NODES_AGAIN_S
        pipeline = client.pipeline(transaction=False)
        pipeline.time()
        for node in self._nodes:
            pipeline.getrange(_head(node), 0, self.most_bytes)
        for name, value in values.items():
            pipeline.set(_value(self.node, name), value, px=_KEPT_MS)
        if is_head_due:  # After the values that it names.
            pipeline.set(_head(self.node), head, px=_KEPT_MS)
        if is_nodes_due:
            pipeline.eval(_MEET, 1, _NODES, self.node, KEPT_S, _MOST_NODES)
        answers = pipeline.execute()
        answered_s = time.monotonic()
        told = {node: head for node, head in zip(self._nodes, answers[1:], strict=False) if head}
        self.received_bytes += sum(map(len, told.values()))
        self.sent_bytes += sum(map(len, values.values()))
        if is_head_due:
            self._head, self._head_s = head, asked_s
            self.sent_bytes += len(head)
        if is_nodes_due:
            self._nodes, self._nodes_s = self._others(answers[-1]), asked_s
        seconds, microseconds = answers[0]
        return Heads(seconds + microseconds / 1e6, asked_s, answered_s, told)

    def _others(self, names: Iterable[bytes]) -> tuple[str, ...]:
        """Return the names of the other machines; what no machine of ours can be called is a stranger's."""
        known = (name.decode("ascii", "replace") for name in names)
        return tuple(sorted(name for name in known if name != self.node and NODE_NAME.fullmatch(name)))

    def _read(self, client: "Redis", names: Sequence[str]) -> list[bytes]:
        pipeline = client.pipeline(transaction=False)
        for name in names:
            pipeline.getrange(name, 0, self.most_bytes)
        values: list[bytes] = pipeline.execute()
        self.received_bytes += sum(map(len, values))
        return values


def _nothing(count: int) -> list[bytes]:
    return [b""] * count


def _head(node: str) -> str:
    return f"{PREFIX}:relay:head:{node}"


def _value(node: str, name: str) -> str:
    return f"{PREFIX}:relay:value:{node}:{name}"
