"""When an alert that nobody has taken is repeated, and when it is escalated to the managers.

Time is passed in, nothing is read or written: anyone who asks later, after a restart perhaps, gets the same answer.
"""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from webapp.domain.alerts.incidents import Incident, IncidentState
from webapp.domain.cameras.snoozes import Snooze
from webapp.domain.events import EventKind
from webapp.errors import InputInvalid

MAX_MINUTES = 120
# Anyone who has not come after so many will not come for one more; it stays in the queue and with the managers.
MOST_REMINDERS = 10
# Nobody waits at the desk for so long: an alert of the night is no news in the morning.
STALE_AFTER = timedelta(hours=12)


# Less may be the time between two processes that look at the clock.
_SET_BACK = timedelta(minutes=1)


@dataclass(frozen=True)
class ReminderRule:
    """Minutes until something is done about an alert that nobody has taken; 0 never does it.

    Attributes:
        repeat_min: from the alert to its first reminder, and from one reminder to the next.
        escalate_min: from the alert to the managers.
    """

    repeat_min: float = 2.0
    escalate_min: float = 5.0

    def __post_init__(self) -> None:
        """Check the ranges.

        Raises:
            InputInvalid: a number is out of range.
        """
        for field in fields(self):
            minutes = getattr(self, field.name)
            if not 0 <= minutes <= MAX_MINUTES:
                raise InputInvalid(
                    "Expected 0 to %(max_minutes)s minutes, got %(minutes)s.",
                    max_minutes=MAX_MINUTES,
                    minutes=f"{minutes:g}",
                    field=field.name,
                )


def due(incident: Incident, rule: ReminderRule, at: datetime, snooze: Snooze | None = None) -> tuple[EventKind, ...]:
    """Return what has to be done about an incident now: a reminder, an escalation, both or nothing.

    However long nobody asked, each is due once: two reminders that were missed are one. One that was reopened without
    having been acknowledged waits from then on; an alert of yesterday is none of today's because it was reopened.

    Args:
        incident: as it stands.
        rule: what the admin set.
        at: the present.
        snooze: of the incident's camera; while it lasts nobody is reminded.
    """
    is_waiting = incident.state is IncidentState.NEW and at - incident.opened_at < STALE_AFTER
    if not is_waiting or (snooze is not None and not snooze.is_over(at)):
        return ()
    steps = []
    if incident.reminders < MOST_REMINDERS and _is_over(
        incident.reminded_at or incident.waits_since_at, rule.repeat_min, at
    ):
        steps.append(EventKind.INCIDENT_REPEATED)
    if incident.escalated_at is None and _is_over(incident.waits_since_at, rule.escalate_min, at):
        steps.append(EventKind.INCIDENT_ESCALATED)
    return tuple(steps)


def _is_over(since: datetime, minutes: float, at: datetime) -> bool:
    """Return whether so many minutes are over; where the clock was set back nobody knows, and nobody is to wait."""
    return minutes > 0 and (at - since >= timedelta(minutes=minutes) or at - since < -_SET_BACK)
