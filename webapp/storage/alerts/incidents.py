"""Incidents, over SQLAlchemy."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, null, or_, select

from webapp.domain.alerts.clips import Clip, KeptClip
from webapp.domain.alerts.incidents import EarlierIncident, Incident, IncidentState, Outcome
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.names import name_key
from webapp.domain.insights.insights import IncidentFigures
from webapp.domain.insights.tallies import Tally
from webapp.domain.vision.emotions import Emotion
from webapp.domain.vision.face_linking import BoxXYXY
from webapp.services.ports import NEWEST_FIRST, IncidentFilter, IncidentOrder, IncidentRepository
from webapp.storage.alerts.incident_days import IncidentDays
from webapp.storage.alerts.incident_log import IncidentLog
from webapp.storage.db.clip_tables import ClipRow
from webapp.storage.db.expression_tables import IncidentFacetRow
from webapp.storage.db.facets import names_in, note_facet
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import IncidentRow, SnapshotRow


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
        note_facet(self._session, row)
        self._session.add(row)
        self._session.flush()
        return _incident(row)

    def get(self, incident_id: int, *, for_update: bool = False) -> Incident | None:
        row = self._session.get(IncidentRow, incident_id, with_for_update=for_update, populate_existing=for_update)
        return _incident(row) if row else None

    def update(self, incident: Incident) -> None:
        row = self._session.get_one(IncidentRow, incident.incident_id)
        _fill(row, incident)
        note_facet(self._session, row)
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

    def give_clip(self, incident_id: int, name: str, clip: Clip) -> None:
        kept = SnapshotRow(file_name=name, taken_at=clip.began_at)
        self._session.add(kept)
        self._session.flush()
        scores = [value for score in clip.scores for value in score]
        self._session.add(ClipRow(incident_id=incident_id, snapshot_id=kept.id, scores=scores))
        self._session.flush()

    def clip_of(self, incident_id: int) -> KeptClip | None:
        joined = select(SnapshotRow.file_name, SnapshotRow.taken_at, ClipRow.scores).join(
            ClipRow, ClipRow.snapshot_id == SnapshotRow.id
        )
        row = self._session.execute(joined.where(ClipRow.incident_id == incident_id)).one_or_none()
        if row is None:
            return None
        return KeptClip(row.file_name, row.taken_at, tuple(zip(row.scores[::2], row.scores[1::2], strict=True)))

    def after(self, incident_id: int, *, limit: int) -> Sequence[Incident]:
        query = select(IncidentRow).where(IncidentRow.id > incident_id).order_by(IncidentRow.id).limit(limit)
        return [_incident(row) for row in self._session.scalars(query)]

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
        log = IncidentLog(self._session, wanted, total)
        if total is not None and offset >= total // 2:  # What comes before a late page is not counted through.
            limit = min(limit, total - offset)
            return self._rows(log.ids(order.from_behind(), limit, total - offset - limit)[::-1]) if limit > 0 else []
        return self._rows(log.ids(order, limit, offset))

    def _rows(self, ids: Sequence[int]) -> list[Incident]:
        rows = self._session.scalars(select(IncidentRow).where(IncidentRow.id.in_(ids)))
        by_id = {row.id: row for row in rows}
        return [_incident(by_id[one]) for one in ids]

    def count(self, wanted: IncidentFilter) -> int:
        return IncidentLog(self._session, wanted).count()

    def figures(self, wanted: IncidentFilter) -> Sequence[IncidentFigures]:
        return IncidentDays(self._session).figures(wanted)

    def summed(self, wanted: IncidentFilter) -> tuple[Sequence[Tally], Sequence[IncidentFilter]]:
        return IncidentDays(self._session).summed(wanted)

    def add_up_next(self, before: datetime) -> bool:
        return IncidentDays(self._session).add_up_next(before)

    def people(self) -> Sequence[str]:
        facet = IncidentFacetRow
        names = (names_in(self._session, column) for column in (facet.acknowledged_by, facet.resolved_by))
        return sorted({name for of_column in names for name in of_column})

    def recent_of(self, camera_id: int, since: datetime) -> Sequence[Incident]:
        ended_at = IncidentRow.ended_at
        is_recent = or_(ended_at.is_(None), ended_at >= since, IncidentRow.resolved_at >= since)
        query = (
            select(IncidentRow)
            .where(func.coalesce(IncidentRow.camera_id, null()) == camera_id, is_recent)
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
        has_clip=row.has_clip,
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
