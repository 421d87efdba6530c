"""Which facet each incident has, and how many have it: kept in the transaction that changes the incident."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.services.ports import IncidentFilter
from webapp.storage.db.camera_groups import cameras_in
from webapp.storage.db.expression_tables import IncidentDayRow, IncidentFacetRow
from webapp.storage.db.tables import IncidentRow

_DAY = timedelta(days=1)
_FACETS = (
    "camera_id", "camera_name", "emotion", "state", "outcome", "acknowledged_by", "resolved_by", "is_test",
)  # fmt: skip


def note_facet(session: Session, row: IncidentRow) -> None:
    """Have an incident name the facet that it has now; called whenever it was added or changed."""
    _forget_days(session, row.opened_at, row.opened_at)
    facets = {name: getattr(row, name) for name in _FACETS}
    before = session.get(IncidentFacetRow, row.facet_id) if row.facet_id else None
    if before is not None and all(getattr(before, name) == value for name, value in facets.items()):
        return
    same = (getattr(IncidentFacetRow, name).is_not_distinct_from(value) for name, value in facets.items())
    now = session.scalar(select(IncidentFacetRow).where(*same).limit(1))
    if now is None:
        now = IncidentFacetRow(**facets, incidents=0)
        session.add(now)
        session.flush()
    if before is not None:
        _add(session, before.id, -1)
    _add(session, now.id, 1)
    row.facet_id = now.id


def forget_facets(session: Session, incident_ids: Collection[int]) -> None:
    """Take incidents out of the counts; called before they are deleted."""
    times = select(func.min(IncidentRow.opened_at), func.max(IncidentRow.opened_at))
    first_at, last_at = session.execute(times.where(IncidentRow.id.in_(incident_ids))).one()
    if first_at is not None:
        _forget_days(session, first_at, last_at)
    of_them = select(IncidentRow.facet_id, func.count()).where(IncidentRow.id.in_(incident_ids))
    for facet_id, count in session.execute(of_them.group_by(IncidentRow.facet_id)).all():
        if facet_id is not None:
            _add(session, facet_id, -count)


def _forget_days(session: Session, first_at: datetime, last_at: datetime) -> None:
    """Have the days of changed incidents added up again."""
    began_at = IncidentDayRow.began_at
    gone = delete(IncidentDayRow).where(began_at > first_at - _DAY, began_at <= last_at)
    session.execute(gone.execution_options(synchronize_session=False))


def note_all_facets(connection: Connection) -> None:
    """Give their facets to incidents that were written as plain rows."""
    columns = [getattr(IncidentRow, name) for name in _FACETS]
    counted = select(*columns, func.count()).where(IncidentRow.facet_id.is_(None)).group_by(*columns)
    connection.execute(insert(IncidentFacetRow).from_select([*_FACETS, "incidents"], counted))
    same = (getattr(IncidentFacetRow, name).is_not_distinct_from(getattr(IncidentRow, name)) for name in _FACETS)
    # The newest: an older one that says the same has been counted before.
    newest = select(func.max(IncidentFacetRow.id)).where(*same).scalar_subquery()
    connection.execute(update(IncidentRow).where(IncidentRow.facet_id.is_(None)).values(facet_id=newest))


def facets_wanted(wanted: IncidentFilter) -> list[ColumnElement[bool]]:
    """Return what a filter asks of a facet; nothing where it leaves all."""
    facet = IncidentFacetRow
    conditions: list[Any] = [
        facet.camera_id == wanted.camera_id if wanted.camera_id is not None else None,
        facet.camera_id.in_(cameras_in(wanted.group)) if wanted.group else None,
        facet.state.in_([state.value for state in wanted.states]) if wanted.states else None,
        facet.outcome == wanted.outcome.value if wanted.outcome else None,
        facet.emotion == wanted.emotion.value if wanted.emotion else None,
        or_(facet.acknowledged_by == wanted.person, facet.resolved_by == wanted.person) if wanted.person else None,
        None if wanted.with_tests else facet.is_test.is_(False),
    ]
    return [condition for condition in conditions if condition is not None]


def names_in(session: Session, column: InstrumentedAttribute[str | None]) -> list[str]:
    """Return the different names in a column of the facets that incidents have."""
    found = select(column).where(IncidentFacetRow.incidents > 0, column.is_not(None)).distinct()
    return [name for name in session.scalars(found) if name]


def _add(session: Session, facet_id: int, count: int) -> None:
    changed = update(IncidentFacetRow).where(IncidentFacetRow.id == facet_id)
    added = changed.values(incidents=IncidentFacetRow.incidents + count)
    session.execute(added.execution_options(synchronize_session=False))
