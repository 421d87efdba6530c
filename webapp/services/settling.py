"""Many incidents resolved at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.errors import IncidentConflict, InputInvalid, NotFound
from webapp.services.incidents import IncidentService

MAX_AT_ONCE = 200


@dataclass(frozen=True)
class Settled:
    """What became of incidents that were to be resolved together.

    Attributes:
        resolved: how many are resolved now.
        left: how many were resolved before, or are gone; nothing was changed there.
    """

    resolved: int
    left: int


def resolve_many(
    incidents: IncidentService, incident_ids: Sequence[int], by: str, outcome: str, note: str = ""
) -> Settled:
    """Settle incidents one by one, each with its own event; who was first with one stays first.

    Raises:
        InputInvalid: there are none or too many, the outcome is unknown, or the note is too long.
    """
    wanted = list(dict.fromkeys(incident_ids))
    if not 1 <= len(wanted) <= MAX_AT_ONCE:
        raise InputInvalid(
            "Expected 1 to %(max_at_once)s incidents to resolve, got %(count)s. Mark some first.",
            max_at_once=MAX_AT_ONCE,
            count=len(wanted),
        )
    resolved = sum(_resolve(incidents, incident_id, by, outcome, note) for incident_id in wanted)
    return Settled(resolved, len(wanted) - resolved)


def _resolve(incidents: IncidentService, incident_id: int, by: str, outcome: str, note: str) -> bool:
    try:
        incidents.resolve(incident_id, by, outcome, note)
    except (IncidentConflict, NotFound):
        return False
    return True
