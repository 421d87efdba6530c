"""The append-only event log: what browsers are sent and what an audit reads."""

import json
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Text, cast, func, or_, select

from webapp.domain.events import Event, EventKind
from webapp.domain.people.audit import NOT_TOLD, ROUTINE, AuditFilter
from webapp.services.ports import EventRepository
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import EventRow


class SQLEventRepository(SQLRepository, EventRepository):
    """`EventRepository` over SQLAlchemy."""

    def append(self, event: Event) -> Event:
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
        query = select(EventRow).where(EventRow.id > event_id).order_by(EventRow.id).limit(limit)
        return [_event(row) for row in self._session.scalars(query)]

    def of_incident(self, incident_id: int) -> Sequence[Event]:
        query = select(EventRow).where(EventRow.incident_id == incident_id).order_by(EventRow.id)
        return [_event(row) for row in self._session.scalars(query)]

    def last_id(self, kinds: Collection[EventKind] = ()) -> int:
        query = select(func.max(EventRow.id))
        return self._session.scalar(query.where(EventRow.kind.in_(kinds)) if kinds else query) or 0

    def search(self, wanted: AuditFilter, *, limit: int, offset: int = 0) -> Sequence[Event]:
        query = select(EventRow).where(*_conditions(wanted)).order_by(EventRow.id.desc()).limit(limit).offset(offset)
        return [_event(row) for row in self._session.scalars(query)]

    def count(self, wanted: AuditFilter) -> int:
        return self._session.scalar(select(func.count(EventRow.id)).where(*_conditions(wanted))) or 0


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    kinds = wanted.kinds()
    conditions: list[ColumnElement[bool]] = [EventRow.kind.not_in([kind.value for kind in NOT_TOLD])]
    conditions += [_contains(word) for word in wanted.text.split()]
    if kinds is not None:
        conditions.append(EventRow.kind.in_([kind.value for kind in kinds]))
    if wanted.actor is not None:
        conditions.append(EventRow.actor == wanted.actor)
    if wanted.after is not None:
        conditions.append(EventRow.at >= wanted.after)
    if wanted.before is not None:
        conditions.append(EventRow.at < wanted.before)
    if wanted.without_routine:
        conditions.append(or_(EventRow.actor.is_not(None), EventRow.kind.not_in([kind.value for kind in ROUTINE])))
    return conditions


def _contains(word: str) -> ColumnElement[bool]:
    # JSON keeps what is not ASCII as \u escapes: the word is searched for in the same form.
    escaped = json.dumps(word)[1:-1]
    places = (EventRow.actor, func.replace(EventRow.kind, "_", " "))
    return or_(
        *(column.icontains(word, autoescape=True) for column in places),
        cast(EventRow.payload, Text).icontains(escaped, autoescape=True),
    )


def _event(row: EventRow) -> Event:
    return Event(EventKind(row.kind), row.at, row.payload, row.actor, row.incident_id, row.id)
