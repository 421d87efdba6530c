"""Alerts that nobody has taken: reminded of, and escalated to the managers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from webapp.domain.alerts.escalation import STALE_AFTER, ReminderRule, due
from webapp.domain.alerts.incidents import Incident, IncidentState
from webapp.domain.cameras.snoozes import Snooze
from webapp.domain.events import Event, EventKind
from webapp.services.alerts.incidents import incident_payload
from webapp.services.ports import Clock, IncidentFilter, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory
from webapp.services.stored_rules import StoredRule

_RULE = StoredRule("reminders", ReminderRule())
_MOST_AT_ONCE = 200


@dataclass(frozen=True)
class ReminderService:
    """The use cases around reminders."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def rule(self) -> ReminderRule:
        """Return what holds."""
        with self.unit_of_work.reading() as work:
            return _RULE.read(work)

    def change(self, rule: ReminderRule, actor: str) -> None:
        """Let another rule hold from now on."""
        with self.unit_of_work() as work:
            _RULE.change(work, rule, self.clock.now(), actor)
            work.commit()

    def remind(self) -> int:
        """Do what is due, each incident with its event in one transaction; return how many events that made.

        What has been done is stored with the incident, so that a process that is ended and started again neither leaves
        out a reminder nor sends it twice.
        """
        with self.unit_of_work.reading() as work:
            rule, waiting = _RULE.read(work), waiting_incidents(work, self.clock.now())
            snoozes = {camera.camera_id: camera.snooze for camera in work.cameras.list()}
        wanted = [one for one in waiting if due(one, rule, self.clock.now(), snoozes.get(one.camera_id or 0))]
        return self._do_all(wanted, rule, snoozes) if wanted else 0

    def _do_all(self, wanted: Sequence[Incident], rule: ReminderRule, snoozes: Mapping[int, Snooze | None]) -> int:
        count = 0
        with self.unit_of_work() as work:
            for seen in wanted:
                # Between looking and locking somebody may have taken it.
                incident = work.incidents.get(seen.incident_id, for_update=True) or seen
                for kind in due(incident, rule, self.clock.now(), snoozes.get(incident.camera_id or 0)):
                    incident = self._do(work, incident, kind)
                    count += 1
            work.commit()
        return count

    def _do(self, work: UnitOfWork, incident: Incident, kind: EventKind) -> Incident:
        at = self.clock.now()
        done = incident.repeated(at) if kind is EventKind.INCIDENT_REPEATED else incident.escalated(at)
        work.incidents.update(done)
        work.events.append(Event(kind, at, incident_payload(done), incident_id=done.incident_id))
        return done


def waiting_incidents(work: ReadUnitOfWork, now: datetime) -> Sequence[Incident]:
    """Return what nobody has taken and is not stale, newest first, within a transaction; tests are left out."""
    wanted = IncidentFilter(states=(IncidentState.NEW,), opened_from=now - STALE_AFTER, with_tests=False)
    return work.incidents.search(wanted, limit=_MOST_AT_ONCE)
