"""A clock that all relays share, whatever the clocks of their machines say: that of the server between them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

_FORGETS_S = 60.0
# Where two machines' clocks differ by less, a picture keeps the time that its camera's machine gave it.
_SAME_S = 1.0


@dataclass
class SharedTime:
    """Knows how far the server's clock is from this machine's own, which nobody can set.

    Attributes:
        monotonic_s: the machine's own clock.
        wall_s: the machine's time of day.
        ahead_s: by how much the server's clock is ahead of its own.
    """

    monotonic_s: Callable[[], float] = time.monotonic
    wall_s: Callable[[], float] = time.time
    ahead_s: float = 0.0
    _doubt_s: float = field(default=float("inf"), init=False)
    _known_s: float = field(default=0.0, init=False)

    def note(self, server_s: float, asked_s: float, answered_s: float) -> None:
        """Take what the server said; the answer that took the shortest time is trusted most, for a minute.

        Args:
            server_s: its time.
            asked_s: when it was asked, on the own clock.
            answered_s: when it answered.
        """
        doubt_s, ahead_s = (answered_s - asked_s) / 2, server_s - (asked_s + answered_s) / 2
        is_stale = answered_s - self._known_s > _FORGETS_S
        if doubt_s <= self._doubt_s or is_stale or abs(ahead_s - self.ahead_s) > doubt_s + self._doubt_s:
            self.ahead_s, self._doubt_s, self._known_s = ahead_s, doubt_s, answered_s

    @property
    def is_known(self) -> bool:
        """Whether the server has ever answered."""
        return self._doubt_s != float("inf")

    def now_s(self) -> float:
        """Return the time that all relays share."""
        return self.monotonic_s() + self.ahead_s

    def of_wall(self, wall_s: float) -> float:
        """Return when something was on the shared clock, by this machine's time of day."""
        return max(0.0, self.now_s() - (self.wall_s() - wall_s))

    def to_wall(self, at_s: float, said_wall_s: float) -> float:
        """Return when something was by this machine's time of day.

        Args:
            at_s: on the shared clock.
            said_wall_s: by the time of day of the machine that said it, kept where the two agree.
        """
        wall_s = self.wall_s() - (self.now_s() - at_s)
        return said_wall_s if abs(wall_s - said_wall_s) < _SAME_S else wall_s
