"""The way between relays, in memory: what Redis does, on a clock that a test turns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from webapp.runtime.relay.relay_process import Relay
from webapp.runtime.relay.shared_time import SharedTime
from webapp.storage.shared.redis_relay import KEPT_S, Heads


@dataclass
class FakeServer:
    """What lies between the machines; all is forgotten after five seconds."""

    now_s: float = 1000.0
    values: dict[str, tuple[bytes, float]] = field(default_factory=dict)
    is_away: bool = False

    def put(self, name: str, value: bytes) -> None:
        self.values[name] = (value, self.now_s + KEPT_S)

    def get(self, name: str) -> bytes:
        value, until_s = self.values.get(name, (b"", 0.0))
        return value if until_s > self.now_s else b""


@dataclass
class FakeWay:
    """`Exchange` of one machine, whose own clock is ahead of the server's."""

    server: FakeServer
    node: str
    ahead_s: float = 0.0
    sent_bytes: int = 0
    received_bytes: int = 0
    fetched: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_away(self) -> bool:
        return self.server.is_away

    def monotonic_s(self) -> float:
        return self.server.now_s + self.ahead_s

    def exchange(self, head: bytes, values: Mapping[str, bytes]) -> Heads | None:
        if self.server.is_away:
            return None
        for name, value in values.items():
            self.server.put(f"{self.node}/{name}", value)
        if head:
            self.server.put(f"head/{self.node}", head)
        self.sent_bytes += len(head) + sum(map(len, values.values()))
        names = [name.removeprefix("head/") for name in self.server.values if name.startswith("head/")]
        heads = {node: self.server.get(f"head/{node}") for node in names if node != self.node}
        now_s = self.monotonic_s()
        return Heads(self.server.now_s, now_s, now_s, {node: head for node, head in heads.items() if head})

    def fetch(self, wanted: Sequence[tuple[str, str]]) -> Sequence[bytes]:
        self.fetched += wanted
        return [b"" if self.server.is_away else self.server.get(f"{node}/{name}") for node, name in wanted]

    def leave(self) -> None:
        self.server.values.pop(f"head/{self.node}", None)


@dataclass
class Machine:
    """One machine with a relay.

    Attributes:
        slots_dir: its slots.
        server: what is between it and the others.
        node: its name.
        owned: its cameras and their epochs.
        ahead_s: by how much its own clock is ahead of the server's.
        wall_ahead_s: by how much its time of day is.
    """

    slots_dir: Path
    server: FakeServer
    node: str
    owned: dict[int, int] = field(default_factory=dict)
    ahead_s: float = 0.0
    wall_ahead_s: float = 0.0
    relay: Relay = field(init=False)
    way: FakeWay = field(init=False)

    def __post_init__(self) -> None:
        self.slots_dir.mkdir(exist_ok=True)
        self.start()

    def start(self) -> None:
        """Start a relay anew; the one before counts as killed."""
        self.way = FakeWay(self.server, self.node, self.ahead_s)
        time = SharedTime(self.way.monotonic_s, lambda: self.server.now_s + self.wall_ahead_s)
        self.relay = Relay(self.slots_dir, self.way, lambda: self.owned, time)


def turned(*machines: Machine, seconds: float = 0.6) -> None:
    """Let time go by, and each relay turn ten times a second."""
    for _ in range(round(seconds * 10)):
        machines[0].server.now_s += 0.1
        for machine in machines:
            machine.relay.turn()
