"""How live pictures of other machines fare on their way here."""

from dataclasses import dataclass
from typing import Protocol

LATENCY_BOUNDS_S = (0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5)


@dataclass(frozen=True)
class RelayFigures:
    """What the relay counted since it started.

    Attributes:
        is_away: whether it has nothing to do with other machines now: Redis does not answer it, or it is not there.
        sent_bytes: of pictures, faces and notes for other machines.
        received_bytes: of those of other machines.
        latency_counts: of pictures that were at most as old as each of `LATENCY_BOUNDS_S` when they could be seen
            here, and of all others.
        latency_sum_s: of all their ages.
    """

    is_away: bool = False
    sent_bytes: int = 0
    received_bytes: int = 0
    latency_counts: tuple[int, ...] = (0,) * (len(LATENCY_BOUNDS_S) + 1)
    latency_sum_s: float = 0.0


class RelayWatch(Protocol):
    """Sees how the relay of this machine fares."""

    def figures(self) -> RelayFigures:
        """Return what it said last."""
