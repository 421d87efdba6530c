"""The alert of a day that waited longest for someone to take it, also where nobody ever did."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webapp.domain.alerts.incidents import Incident, IncidentState


class WaitEnd(StrEnum):
    """How a wait ended."""

    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    WAITING = "waiting"


@dataclass(frozen=True)
class LongestWait:
    """One alert and how long it waited.

    Attributes:
        incident: the alert.
        waited_s: seconds until someone took it; where nobody did, until it was resolved, the day was over or now.
        end: how it ended.
    """

    incident: Incident
    waited_s: float
    end: WaitEnd


def longest_wait(incidents: Iterable[Incident], until: datetime) -> LongestWait | None:
    """Return the longest wait; None without incidents.

    Args:
        incidents: of one day.
        until: the present, or the end of the day where that is over: for longer nobody is said to have waited who was
            not taken care of at all. An alert that is taken after midnight waited until then.
    """
    return max((_wait(one, until) for one in incidents), key=lambda wait: wait.waited_s, default=None)


def _wait(incident: Incident, until: datetime) -> LongestWait:
    if incident.acknowledged_at is not None:
        return LongestWait(incident, _since(incident, incident.acknowledged_at), WaitEnd.ACKNOWLEDGED)
    if incident.state is IncidentState.RESOLVED and incident.resolved_at is not None:
        return LongestWait(incident, _since(incident, min(incident.resolved_at, until)), WaitEnd.RESOLVED)
    return LongestWait(incident, _since(incident, until), WaitEnd.WAITING)


def _since(incident: Incident, at: datetime) -> float:
    return max(0.0, (at - incident.waits_since_at).total_seconds())
