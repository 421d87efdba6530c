"""The append-only event log: what browsers are told of and what an audit reads."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.events import Event, EventKind
from webapp.storage.tables import EventRow


class EventRows:
    """The event log."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, event: Event) -> Event:
        """Store an event and return it with its id."""
        row = EventRow(
            kind=event.kind.value,
            at=event.at,
            payload=dict(event.payload),
            actor=event.actor,
            incident_id=event.incident_id,
        )
        self._session.add(row)
        self._session.flush()
        return _event(row)

    def after(self, event_id: int, *, limit: int) -> Sequence[Event]:
        """Return the events behind an id, oldest first."""
        query = select(EventRow).where(EventRow.id > event_id).order_by(EventRow.id).limit(limit)
        return [_event(row) for row in self._session.scalars(query)]

    def of_incident(self, incident_id: int) -> Sequence[Event]:
        """Return one incident's timeline, oldest first."""
        query = select(EventRow).where(EventRow.incident_id == incident_id).order_by(EventRow.id)
        return [_event(row) for row in self._session.scalars(query)]

    def last_id(self) -> int:
        """Return the newest id; 0 for an empty log."""
        return self._session.scalar(select(func.max(EventRow.id))) or 0


def _event(row: EventRow) -> Event:
    return Event(EventKind(row.kind), row.at, row.payload, row.actor, row.incident_id, row.id)
