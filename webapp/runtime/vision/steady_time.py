"""A line of time that nobody sets: for how long something was seen is decided on it, and not on the clock."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from webapp.services.ports import Clock

# The two clocks are not read at the same instant, and a camera's frame may wait between them.
_NO_SHIFT = timedelta(seconds=1)


@dataclass
class SteadyTime:
    """The machine's clock as it would be, had nobody set it since vision began.

    Frames carry it, so that dwell time, cooldown and tracks hold while the clock is set by an hour, or by years. What
    leaves vision, to the database, the pages and the pictures, is moved to the machine's clock by `shift`.

    Attributes:
        clock: the machine's.
        monotonic_s: seconds on a clock that all processes of the machine share and nobody can set.
    """

    clock: Clock
    monotonic_s: Callable[[], float] = time.monotonic
    _zero_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the machine's clock as it is."""
        self._zero_at = self.clock.now() - timedelta(seconds=self.monotonic_s())

    def at(self, monotonic_s: float) -> datetime:
        """Return a moment of the shared clock on this line of time."""
        return self._zero_at + timedelta(seconds=monotonic_s)

    def now(self) -> datetime:
        """Return the present on this line of time."""
        return self.at(self.monotonic_s())

    @property
    def shift(self) -> timedelta:
        """By how much the machine's clock was set since vision began; zero where it was not."""
        shift = self.clock.now() - self.now()
        return shift if abs(shift) > _NO_SHIFT else timedelta()
