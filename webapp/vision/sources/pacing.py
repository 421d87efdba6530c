"""Plays a recording as fast as it was made."""

import time

_LATE_S = 1.0


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
        time.sleep(min(max(stamp_s + self._offset_s - now_s, 0.0), self._longest_wait_s))
        self._last_s = stamp_s
