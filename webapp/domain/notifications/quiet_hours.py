"""When a person wants to be left alone."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.schedule import ALWAYS, OpeningHours


@dataclass(frozen=True)
class NotificationPreferences:
    """What one person wants. Which of the own channels are on is said at each channel.

    Attributes:
        quiet_hours: when nothing is sent to the own channels, on the clocks of the site; never where there are none.
        urgent_goes_through: whether what is urgent is sent all the same.
    """

    quiet_hours: OpeningHours = ALWAYS
    urgent_goes_through: bool = True

    def lets_through(self, at: datetime, zone: tzinfo, *, is_urgent: bool) -> bool:
        """Return whether something may be sent to the person at a moment."""
        # Opening hours without a span are always open; quiet hours without one are never quiet.
        is_quiet = not self.quiet_hours.is_always and self.quiet_hours.is_open(at, zone)
        return not is_quiet or (is_urgent and self.urgent_goes_through)


def is_urgent(level: AlertLevel, after_min: int) -> bool:
    """Return whether something cannot wait: it is of the highest level, or those who were told before did not come."""
    return level is AlertLevel.HIGH or after_min > 0
