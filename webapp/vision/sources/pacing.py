"""How fast pictures come: a recording as fast as it was made, a camera no faster than is good for the others."""

import time

_LATE_S = 1.0
_BURST_S = 0.5


class Pace:
    """Waits until a recording's next picture is due."""

    def __init__(self, fps: float, *, longest_wait_s: float) -> None:
        """Start at the first picture.

        Args:
            fps: frames per second, for pictures without a time stamp; 0 for unknown.
            longest_wait_s: no picture is held back longer than this.
        """
        self._period_s = 1.0 / fps if fps > 0 else 1.0 / 25.0
        self._longest_wait_s = longest_wait_s
        self._offset_s: float | None = None
        self._last_s = 0.0

    def restart(self) -> None:
        """Begin again: the next picture comes one period after the last, whatever its time stamp."""
        if self._offset_s is not None:
            time.sleep(self._period_s)
        self._offset_s = None

    def wait(self, time_s: float | None) -> None:
        """Wait until a picture is due.

        Args:
            time_s: the picture's time stamp; None where it has none.
        """
        stamp_s = self._last_s + self._period_s if time_s is None else time_s
        now_s = time.monotonic()
        if self._offset_s is None or now_s - stamp_s - self._offset_s > _LATE_S:
            self._offset_s = now_s - stamp_s  # At the start, and after a pause that is not to be made up for.
        wait_s = max(stamp_s + self._offset_s - now_s, 0.0)
        time.sleep(min(wait_s, self._longest_wait_s))
        if wait_s > self._longest_wait_s:  # Its time jumped ahead: each picture from here on would wait as long.
            self._offset_s += self._longest_wait_s - wait_s
        self._last_s = stamp_s


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
