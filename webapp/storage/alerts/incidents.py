"""Incidents, over SQLAlchemy."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, delete, func, literal_column, null, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from webapp.domain.alerts.incidents import EarlierIncident, Incident, IncidentState, Outcome
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.names import name_key
from webapp.domain.insights.insights import IncidentFigures
from webapp.domain.vision.emotions import Emotion
from webapp.domain.vision.face_linking import BoxXYXY
from webapp.services.ports import NEWEST_FIRST, IncidentFilter, IncidentKey, IncidentOrder, IncidentRepository
from webapp.storage.db.camera_groups import cameras_in
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import IncidentRow, SnapshotRow

_Query = TypeVar("_Query", bound=Select[Any])
_Column = Callable[[InstrumentedAttribute[Any]], ColumnElement[Any]]
_RESOLVED = IncidentFilter(states=(IncidentState.RESOLVED,))
_OPEN = IncidentFilter(states=tuple(state for state in IncidentState if state is not IncidentState.RESOLVED))
_COLUMNS: dict[IncidentKey, InstrumentedAttribute[Any]] = {
    IncidentKey.OPENED: IncidentRow.opened_at,
    IncidentKey.CAMERA: IncidentRow.camera_name,
    IncidentKey.STATE: IncidentRow.state,
    IncidentKey.OUTCOME: IncidentRow.outcome,
    IncidentKey.SCORE: IncidentRow.peak_score,
    IncidentKey.PERSON: IncidentRow.acknowledged_by,
}
_COUNTED = (
    "camera_name", "opened_at", "acknowledged_at", "resolved_at", "outcome", "waits_again_at", "resolved_for_s",
)  # fmt: skip


class SQLIncidentRepository(SQLRepository, IncidentRepository):
    """`IncidentRepository` over SQLAlchemy."""

    def add(self, incident: Incident, snapshot: str | None) -> Incident:
        row = IncidentRow(
            camera_id=incident.camera_id,
            camera_name=incident.camera_name,
            emotion=incident.emotion.value,
            started_at=incident.started_at,
            opened_at=incident.opened_at,
            is_test=incident.is_test,
        )
        _fill(row, incident)
        if incident.again:
            again = incident.again
            row.again_id, row.again_resolved_by, row.again_resolved_at = (
                again.incident_id, again.resolved_by, again.resolved_at,
            )  # fmt: skip
        if snapshot:
            self._give_picture(row, snapshot, incident.opened_at, incident.snapshot_face_xyxy)
        self._session.add(row)
        self._session.flush()
        return _incident(row)

    def get(self, incident_id: int, *, for_update: bool = False) -> Incident | None:
        row = self._session.get(IncidentRow, incident_id, with_for_update=for_update, populate_existing=for_update)
        return _incident(row) if row else None

    def update(self, incident: Incident) -> None:
        _fill(self._session.get_one(IncidentRow, incident.incident_id), incident)
        self._session.flush()

    def replace_snapshot(
        self, incident_id: int, snapshot: str, taken_at: datetime, face_xyxy: BoxXYXY | None = None
    ) -> str | None:
        before = self.snapshot_name(incident_id)
        row = self._session.get_one(IncidentRow, incident_id)
        replaced_id = row.snapshot_id
        self._give_picture(row, snapshot, taken_at, face_xyxy)
        if replaced_id is not None:
            self._session.execute(delete(SnapshotRow).where(SnapshotRow.id == replaced_id))
        return before

    def resolved_at(self, incident_ids: Collection[int]) -> Mapping[int, datetime | None]:
        query = select(IncidentRow.id, IncidentRow.resolved_at).where(IncidentRow.id.in_(incident_ids))
        return {row.id: row.resolved_at for row in self._session.execute(query)}

    def _give_picture(self, row: IncidentRow, snapshot: str, taken_at: datetime, face_xyxy: BoxXYXY | None) -> None:
        picture = SnapshotRow(file_name=snapshot, taken_at=taken_at)
        self._session.add(picture)
        self._session.flush()
        row.snapshot_id, row.snapshot_at = picture.id, taken_at
        row.snapshot_face_xyxy = list(face_xyxy) if face_xyxy else None
        self._session.flush()

    def snapshot_name(self, incident_id: int) -> str | None:
        joined = select(SnapshotRow.file_name).join(IncidentRow, IncidentRow.snapshot_id == SnapshotRow.id)
        return self._session.scalar(joined.where(IncidentRow.id == incident_id))

    def search(
        self,
        wanted: IncidentFilter,
        *,
        limit: int,
        offset: int = 0,
        order: IncidentOrder = NEWEST_FIRST,
        total: int | None = None,
    ) -> Sequence[Incident]:
        if total is not None and offset >= total // 2:  # What comes before a late page is not counted through.
            limit = min(limit, total - offset)
            found = self._page(wanted, order.from_behind(), limit, total - offset - limit) if limit > 0 else []
            return found[::-1]
        return self._page(wanted, order, limit, offset)

    def _page(self, wanted: IncidentFilter, order: IncidentOrder, limit: int, offset: int) -> list[Incident]:
        # An index alone says which; only those are read.
        ids = _filtered(select(IncidentRow.id), wanted).order_by(*_sorted_by(order)).limit(limit).offset(offset)
        query = select(IncidentRow).where(IncidentRow.id.in_(ids)).order_by(*_sorted_by(order))
        return [_incident(row) for row in self._session.scalars(query)]

    def count(self, wanted: IncidentFilter) -> int:
        if wanted == _RESOLVED:  # Nearly all are: those that are not are counted sooner.
            return self.count(IncidentFilter()) - self.count(_OPEN)
        return self._session.scalar(_filtered(select(func.count()).select_from(IncidentRow), wanted)) or 0

    def figures(self, wanted: IncidentFilter) -> Sequence[IncidentFigures]:
        query: Select[Any] = select(*(getattr(IncidentRow, column) for column in _COUNTED))
        counted = _filtered(query, replace(wanted, with_tests=False))
        rows = self._session.execute(counted.order_by(IncidentRow.opened_at))
        outcomes: dict[str | None, Outcome | None] = {None: None, **{outcome.value: outcome for outcome in Outcome}}
        return [IncidentFigures(**row | {"outcome": outcomes[row["outcome"]]}) for row in map(dict, rows.mappings())]

    def people(self) -> Sequence[str]:
        return sorted({*self._names(IncidentRow.acknowledged_by), *self._names(IncidentRow.resolved_by)})

    def _names(self, column: InstrumentedAttribute[str | None]) -> Sequence[str]:
        """Return the different values of an indexed column, by a step from each to the next one."""
        step = select(func.min(column).label("name")).cte(recursive=True)
        following = select(func.min(column)).where(column > step.c.name).scalar_subquery()
        step = step.union_all(select(following).where(step.c.name.is_not(None)))
        return [name for name in self._session.scalars(select(step.c.name)) if name]

    def recent_of(self, camera_id: int, since: datetime) -> Sequence[Incident]:
        ended_at = IncidentRow.ended_at
        is_recent = or_(ended_at.is_(None), ended_at >= since, IncidentRow.resolved_at >= since)
        query = (
            select(IncidentRow)
            .where(_unindexed(IncidentRow.camera_id) == camera_id, is_recent)
            .order_by(ended_at.is_(None), ended_at, IncidentRow.id)
        )
        return [_incident(row) for row in self._session.scalars(query)]


def _incident(row: IncidentRow) -> Incident:
    return Incident(
        camera_id=row.camera_id,
        camera_name=row.camera_name,
        track_id=row.track_id,
        emotion=Emotion(row.emotion),
        started_at=row.started_at,
        opened_at=row.opened_at,
        peak_score=row.peak_score,
        incident_id=row.id,
        state=IncidentState(row.state),
        ended_at=row.ended_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        outcome=Outcome(row.outcome) if row.outcome else None,
        note=row.note,
        has_snapshot=row.snapshot_id is not None,
        snapshot_at=row.snapshot_at if row.snapshot_id is not None else None,
        snapshot_face_xyxy=_box(row.snapshot_face_xyxy) if row.snapshot_id is not None else None,
        level=AlertLevel(row.level),
        seen_at=row.seen_at,
        box_xyxy=_box(row.seen_box_xyxy),
        again=_again(row),
        reminders=row.reminders,
        reminded_at=row.reminded_at,
        escalated_at=row.escalated_at,
        waits_again_at=row.waits_again_at,
        resolved_for_s=row.resolved_for_s,
        is_test=row.is_test,
    )


def _box(sides: list[float] | None) -> BoxXYXY | None:
    return (sides[0], sides[1], sides[2], sides[3]) if sides else None


def _again(row: IncidentRow) -> EarlierIncident | None:
    if row.again_resolved_at is None:
        return None
    return EarlierIncident(row.again_id, row.again_resolved_by or "", row.again_resolved_at)


def _fill(row: IncidentRow, incident: Incident) -> None:
    row.track_id, row.state = incident.track_id, incident.state.value
    row.ended_at, row.peak_score, row.level = incident.ended_at, incident.peak_score, incident.level.value
    row.seen_at, row.seen_box_xyxy = incident.seen_at, list(incident.box_xyxy) if incident.box_xyxy else None
    row.acknowledged_at, row.acknowledged_by = incident.acknowledged_at, incident.acknowledged_by
    row.resolved_at, row.resolved_by = incident.resolved_at, incident.resolved_by
    row.outcome = incident.outcome.value if incident.outcome else None
    row.reminders, row.reminded_at, row.escalated_at = incident.reminders, incident.reminded_at, incident.escalated_at
    row.waits_again_at, row.resolved_for_s = incident.waits_again_at, incident.resolved_for_s
    row.note, row.note_key = incident.note, name_key(incident.note)


def _filtered(query: _Query, wanted: IncidentFilter) -> _Query:
    # Words and people have indexes that leave the least to be read; SQLite would take one of the others.
    column: _Column = _unindexed if wanted.words or wanted.person else _as_it_is
    conditions = [
        column(IncidentRow.camera_id) == wanted.camera_id if wanted.camera_id is not None else None,
        column(IncidentRow.camera_id).in_(cameras_in(wanted.group)) if wanted.group else None,
        column(IncidentRow.state).in_([state.value for state in wanted.states]) if wanted.states else None,
        column(IncidentRow.outcome) == wanted.outcome.value if wanted.outcome else None,
        IncidentRow.opened_at >= wanted.opened_from if wanted.opened_from else None,
        IncidentRow.opened_at < wanted.opened_before if wanted.opened_before else None,
        column(IncidentRow.emotion) == wanted.emotion.value if wanted.emotion else None,
        _by(wanted.person) if wanted.person else None,
        IncidentRow.note_key != literal_column("''") if wanted.words else None,
        *(_mentions(word) for word in wanted.words),
        None if wanted.with_tests else IncidentRow.is_test.is_(False),
    ]
    return query.where(*(condition for condition in conditions if condition is not None))


def _as_it_is(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return column.expression


def _unindexed(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Return a column so that its index is not used."""
    return func.coalesce(column, null())


def _by(person: str) -> ColumnElement[bool]:
    return or_(IncidentRow.acknowledged_by == person, IncidentRow.resolved_by == person)


def _mentions(word: str) -> ColumnElement[bool]:
    """Look for a word in the notes.

    Half a million notes are read in 60 ms, out of an index that holds nothing but notes; for more, this is where
    PostgreSQL's `to_tsvector(note_key) @@ ...` with its own index goes.
    """
    return IncidentRow.note_key.contains(word.casefold(), autoescape=True)


def _sorted_by(order: IncidentOrder) -> list[ColumnElement[Any]]:
    column = _COLUMNS[order.key]
    first = column.desc() if order.descending else column.asc()
    if column.nullable:  # What is missing is last either way, on every database; from behind it is first.
        first = first.nulls_first() if order.is_from_behind else first.nulls_last()
    newest: list[InstrumentedAttribute[Any]] = [IncidentRow.opened_at, IncidentRow.id]
    behind = [one for one in newest if one is not column]
    return [first, *(one.asc() if order.is_from_behind else one.desc() for one in behind)]
