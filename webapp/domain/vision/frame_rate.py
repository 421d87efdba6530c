"""Frames a second, counted in one way wherever they are shown beside each other."""

from collections import deque
from dataclasses import dataclass, field

# Long enough that one frame more or less is a fifth of a frame a second, short enough to follow what happens.
WINDOW_S = 5.0


@dataclass
class FrameRate:
    """Counts frames over the last five seconds.

    A mean of the momentary rates would be too high wherever frames come unevenly: two in quick succession weigh more in
    it than the pause after them.
    """

    _counted: deque[tuple[float, int]] = field(default_factory=deque)

    def count(self, total: int, now_s: float) -> float:
        """Return the rate after some more frames; 0 after the first ones.

        Args:
            total: how many there have been so far.
            now_s: seconds on a clock that never goes back.
        """
        self._counted.append((now_s, total))
        while len(self._counted) > 2 and self._counted[1][0] <= now_s - WINDOW_S:
            self._counted.popleft()
        since_s, before = self._counted[0]
        return (total - before) / (now_s - since_s) if now_s > since_s else 0.0
