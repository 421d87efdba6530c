"""How fast pictures come: a recording as fast as it was made, a camera no faster than is good for the others."""

import time

from webapp.vision.sources.streams.time_line import TimeLine

_LATE_S = 1.0
_BURST_S = 0.5


class Pace:
    """Waits until the next picture of a recording, or of a playlist, is due."""

    def __init__(self, fps: float, *, longest_wait_s: float) -> None:
        """Start at the first picture.

        Args:
            fps: frames per second, for pictures without a time stamp; 0 for unknown.
            longest_wait_s: no picture is held back longer than this.
        """
        self._line = TimeLine(fps, longest_gap_s=longest_wait_s)
        self._began_s = float("-inf")

    def wait(self, time_s: float | None) -> None:
        """Wait until a picture is due.

        Args:
            time_s: the picture's time stamp; None where it has none.
        """
        jumps, due_s = len(self._line.jumps), self._line.at(time_s)
        now_s = time.monotonic()
        is_back = any(jump.by_s < 0 for jump in self._line.jumps[jumps:])
        if is_back or now_s - self._began_s - due_s > _LATE_S:
            self._began_s = now_s - due_s  # At the start, and after a pause that is not to be made up for.
        time.sleep(max(self._began_s + due_s - now_s, 0.0))


class RateLimit:
    """Says how long to wait where something comes faster than it may; what came slowly may come in a burst.

    Attributes:
        per_s: most of it in a second; may be changed at any time.

    Example:
        >>> limit = RateLimit(per_s=100)
        >>> limit.count(40, now_s=10.0)
        >>> limit.wait_s(now_s=10.0)
        0.0
        >>> limit.count(60, now_s=10.0)
        >>> limit.wait_s(now_s=10.0)
        0.5
    """

    def __init__(self, per_s: float) -> None:
        """Allow a burst of half a second's worth at once.

        Args:
            per_s: most of it in a second.
        """
        self.per_s = per_s
        self._used_until_s = float("-inf")

    def count(self, amount: float, now_s: float) -> None:
        """Count what has come."""
        self._used_until_s = max(self._used_until_s, now_s - _BURST_S) + amount / self.per_s

    def wait_s(self, now_s: float) -> float:
        """Return the seconds until more may come; 0 where it may now."""
        return max(0.0, self._used_until_s - now_s)
