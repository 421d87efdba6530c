"""Counts and deletes what is old, over SQLAlchemy."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, select

from webapp.domain.site.retention import KeptKind
from webapp.services.ports import RetentionRepository
from webapp.storage.db.base import Base
from webapp.storage.db.expression_tables import ExpressionCountRow
from webapp.storage.db.facets import forget_facets
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import EventRow, IncidentRow, SnapshotRow, TrackScoreRow

_TABLES: dict[KeptKind, type[Base]] = {
    KeptKind.SNAPSHOTS: SnapshotRow,
    KeptKind.SCORES: TrackScoreRow,
    KeptKind.INCIDENTS: IncidentRow,
    KeptKind.EVENTS: EventRow,
    KeptKind.EXPRESSIONS: ExpressionCountRow,
}
_TIMES: dict[KeptKind, Any] = {
    KeptKind.SNAPSHOTS: SnapshotRow.taken_at,
    KeptKind.SCORES: TrackScoreRow.started_at,
    KeptKind.INCIDENTS: IncidentRow.opened_at,
    KeptKind.EVENTS: EventRow.at,
    KeptKind.EXPRESSIONS: ExpressionCountRow.began_at,
}


class SQLRetentionRepository(SQLRepository, RetentionRepository):
    """`RetentionRepository` over SQLAlchemy."""

    def count(self, kind: KeptKind, before: datetime | None) -> int:
        query = select(func.count()).select_from(_TABLES[kind])
        return self._session.scalar(query if before is None else query.where(*_old(kind, before))) or 0

    def snapshot_names(self, before: datetime, *, limit: int) -> Sequence[str]:
        oldest = _oldest(KeptKind.SNAPSHOTS, before, limit)
        return self._session.scalars(select(SnapshotRow.file_name).where(SnapshotRow.id.in_(oldest))).all()

    def delete(self, kind: KeptKind, before: datetime, *, limit: int) -> int:
        table: Any = _TABLES[kind]
        ids: Sequence[Any] = self._session.scalars(_oldest(kind, before, limit)).all()
        if ids and kind is KeptKind.INCIDENTS:
            forget_facets(self._session, ids)
        if ids:
            # What belongs to an incident goes with it, and a picture leaves its incident: the foreign keys say so.
            self._session.execute(delete(table).where(table.id.in_(ids)))
        return len(ids)


def _old(kind: KeptKind, before: datetime) -> list[ColumnElement[bool]]:
    conditions = [_TIMES[kind] < before]
    if kind is KeptKind.INCIDENTS:
        # Of one that still goes on, vision writes the end.
        conditions.append(IncidentRow.ended_at.is_not(None))
    return conditions


def _oldest(kind: KeptKind, before: datetime, limit: int) -> Select[tuple[int]]:
    table: Any = _TABLES[kind]
    return select(table.id).where(*_old(kind, before)).order_by(_TIMES[kind], table.id).limit(limit)
