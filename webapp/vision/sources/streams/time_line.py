"""The one clock of every stream, whatever its time stamps do."""

from dataclasses import dataclass

# What stamps may go back by where pictures are a little out of order: more is another recording, or a clock set back.
_BACK_S = 0.5
_GAP_S = 5.0
_LEAST_PERIOD_S, _MOST_PERIOD_S = 0.001, 1.0
_PERIOD_S = 1.0 / 25.0
_MOST_JUMPS = 1000


@dataclass(frozen=True)
class TimeJump:
    """Where time stamps do not go on from one picture to the next.

    Attributes:
        at_s: when, on the time line.
        by_s: how far they jump, in seconds; below 0 where they go back.
    """

    at_s: float
    by_s: float


class TimeLine:
    """Seconds since the first picture: they always grow, whatever the time stamps do.

    A step back goes on one period after the last picture, as where recordings are joined or a counter began again. So
    does what has no time stamp, or an equal one, until its stamps have caught up.

    Attributes:
        jumps: where the time stamps did not go on, in order; the first thousand.

    Example:
        >>> line = TimeLine(10)
        >>> [round(line.at(stamp_s), 1) for stamp_s in (7.0, 7.1, None, 7.3, 0.0, 0.1)]
        [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
        >>> [round(jump.by_s, 1) for jump in line.jumps]
        [-7.3]
    """

    def __init__(self, fps: float, *, longest_gap_s: float = float("inf")) -> None:
        """Begin before the first picture.

        Args:
            fps: frames per second as declared; 0 for unknown.
            longest_gap_s: a longer jump ahead counts as so many seconds.
        """
        self.jumps: list[TimeJump] = []
        self._is_fps_known = fps * _MOST_PERIOD_S >= 1.0
        self._period_s = 1.0 / fps if self._is_fps_known else _PERIOD_S
        self._longest_gap_s = longest_gap_s
        self._offset_s: float | None = None
        self._stamp_s = self._last_s = 0.0

    def at(self, stamp_s: float | None) -> float:
        """Return a picture's time on the line.

        Args:
            stamp_s: its time stamp; None where it has none.
        """
        if self._offset_s is None:
            self._offset_s, self._stamp_s = -(stamp_s or 0.0), stamp_s or 0.0
            return 0.0
        next_s = self._last_s + self._period_s
        if stamp_s is not None:
            self._take(stamp_s, next_s)
            stamped_s = stamp_s + self._offset_s
            next_s = stamped_s if stamped_s > self._last_s else next_s
        self._last_s = next_s
        return next_s

    def _take(self, stamp_s: float, next_s: float) -> None:
        """See how far the stamps went on, and from where to count them."""
        step_s, self._stamp_s = stamp_s - self._stamp_s, stamp_s
        if step_s < -_BACK_S:
            self._jump(next_s, step_s)
            self._offset_s = next_s - stamp_s
        elif step_s > min(_GAP_S, self._longest_gap_s):
            at_s = self._last_s + min(step_s, self._longest_gap_s)
            self._jump(at_s, step_s)
            self._offset_s = at_s - stamp_s
        elif _LEAST_PERIOD_S <= step_s <= _MOST_PERIOD_S and not self._is_fps_known:
            self._period_s = step_s

    def _jump(self, at_s: float, by_s: float) -> None:
        if len(self.jumps) < _MOST_JUMPS:
            self.jumps.append(TimeJump(at_s, by_s))
