"""What was said of a resolved incident, said anew: another outcome or note, or open again."""

from collections.abc import Callable
from dataclasses import dataclass

from webapp.domain.alerts.incidents import Incident, Outcome
from webapp.domain.events import Event, EventKind, changed
from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role
from webapp.services.alerts.incidents import MAX_NOTE_LENGTH, existing_incident, incident_payload
from webapp.services.checks import checked_note, parse_choice
from webapp.services.ports import Clock, UnitOfWorkFactory


@dataclass(frozen=True)
class CorrectionService:
    """The use cases around resolved incidents; the audit trail keeps what was said before."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def correct(self, incident_id: int, by: User, outcome: str, note: str) -> Incident:
        """Say otherwise how an incident ended; what is the same as before changes nothing.

        Raises:
            NotFound: there is no such incident, or this person may not see it.
            InputInvalid: the outcome is unknown or the note too long.
            IncidentConflict: it is open.
            PermissionDenied: someone else resolved it, and this is no manager.
        """
        checked = parse_choice(Outcome, outcome, "outcome")
        kept_note = checked_note(note, MAX_NOTE_LENGTH)

        def corrected(incident: Incident) -> Incident:
            return incident.correct(by.name, checked, kept_note, is_manager=by.may(Role.MANAGER))

        return self._change(incident_id, by, EventKind.INCIDENT_CORRECTED, corrected)

    def reopen(self, incident_id: int, by: User) -> Incident:
        """Open a resolved incident again; see `Incident.reopen`.

        Raises:
            NotFound: there is no such incident, or this person may not see it.
            IncidentConflict: it is open.
            PermissionDenied: someone else resolved it, and this is no manager.
        """

        def reopened(incident: Incident) -> Incident:
            return incident.reopen(by.name, self.clock.now(), is_manager=by.may(Role.MANAGER))

        return self._change(incident_id, by, EventKind.INCIDENT_REOPENED, reopened)

    def _change(self, incident_id: int, by: User, kind: EventKind, change: Callable[[Incident], Incident]) -> Incident:
        with self.unit_of_work() as work:
            before = existing_incident(work, incident_id, for_update=True, viewer=by, now=self.clock.now())
            incident = change(before)
            differences = changed(_said_of(before), _said_of(incident))
            if differences:
                payload = incident_payload(incident) | differences
                work.incidents.update(incident)
                work.events.append(Event(kind, self.clock.now(), payload, by.name, incident_id))
                work.commit()
        return incident


def _said_of(incident: Incident) -> dict[str, str | None]:
    return {
        "state": incident.state.value,
        "outcome": incident.outcome.value if incident.outcome else None,
        "note": incident.note,
        "resolved_by": incident.resolved_by,
    }
