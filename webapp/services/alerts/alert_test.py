"""A test alert: raised like any other, so that an admin sees that alerts reach people."""

from dataclasses import dataclass

from webapp.domain.alerts.incidents import Incident, alert_of_test
from webapp.domain.events import Event, EventKind
from webapp.services.alerts.incidents import incident_payload
from webapp.services.ports import Clock, UnitOfWorkFactory


@dataclass(frozen=True)
class AlertTestService:
    """The use case around test alerts."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def raise_alert(self, by: str) -> Incident:
        """Raise a test alert: incident and event in one transaction, as vision does for people."""
        at = self.clock.now()
        with self.unit_of_work() as work:
            stored = work.incidents.add(alert_of_test(at), None)
            event = Event(EventKind.INCIDENT_OPENED, at, incident_payload(stored), by, stored.incident_id)
            work.events.append(event)
            work.commit()
        return stored
