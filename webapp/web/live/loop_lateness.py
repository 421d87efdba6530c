"""By how much the server's one loop comes late: something in it works, or waits, too long without a pause."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

_KEPT = 60


@dataclass
class LoopLateness:
    """The last minute's lateness, measured once a second.

    Attributes:
        clock_s: a clock that never goes back.
    """

    clock_s: Callable[[], float] = time.monotonic
    _late_s: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def sleep(self, sleep: Callable[[float], None], seconds: float) -> None:
        """Sleep, and note how much longer that was than asked for."""
        began_s = self.clock_s()
        sleep(seconds)
        self._late_s.append(max(0.0, self.clock_s() - began_s - seconds))

    @property
    def worst_s(self) -> float:
        """The most within the last minute; 0 before anything was measured."""
        return max(self._late_s, default=0.0)
