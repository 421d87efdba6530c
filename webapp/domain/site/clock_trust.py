"""Whether the machine's clock may be believed where believing it deletes things.

A box whose battery is empty wakes up in 1970 or in 2099; after the latter everything would be old enough to be deleted.
A clock that is suddenly days ahead is believed after a day on which it went on as it should: a box that was off over
the holidays deletes a day later, and somebody has a day to set a clock that is wrong.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

PLAUSIBLE_GAP = timedelta(days=2)
DOUBTED_FOR = timedelta(days=1)
# So that it is not written at every look; far less than the gap.
_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True)
class ClockTrust:
    """What is known of the clock.

    Attributes:
        seen_at: the last time that was believed (aware UTC); None before the first.
        doubted_since: when, on the clock that is doubted, doubt began; None while it is believed.
        doubted_at: the last time that was read while it was doubted.
    """

    seen_at: datetime | None = None
    doubted_since: datetime | None = None
    doubted_at: datetime | None = None

    @property
    def may_delete(self) -> bool:
        """Return whether what is old by this clock may be deleted."""
        return self.doubted_since is None

    def read(self, now: datetime) -> "ClockTrust":
        """Return what is known after the clock was read; the same object where nothing is to be noted."""
        if self.seen_at is None or now - self.seen_at <= PLAUSIBLE_GAP:
            return self._believed(now)
        if self.doubted_since is None or self.doubted_at is None or not _goes_on(self.doubted_at, now):
            return replace(self, doubted_since=now, doubted_at=now)
        if now - self.doubted_since >= DOUBTED_FOR:
            return ClockTrust(now)
        return replace(self, doubted_at=now) if now - self.doubted_at >= _NOTED_EVERY else self

    def _believed(self, now: datetime) -> "ClockTrust":
        is_news = self.seen_at is None or abs(now - self.seen_at) >= _NOTED_EVERY or self.doubted_since is not None
        return ClockTrust(now) if is_news else self


def _goes_on(before: datetime, now: datetime) -> bool:
    """Return whether a clock went on as one does; a box may be off for a while."""
    return timedelta() <= now - before <= PLAUSIBLE_GAP
