"""What the sites sent, over SQLAlchemy."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, and_, delete, func, or_, select

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.sites.feed import SentCamera, SentDay, SentIncident
from webapp.domain.vision.emotions import Emotion
from webapp.services.ports import KeptIncident, SiteIncidentFilter, SiteLogRepository
from webapp.storage.db.beyond_one_box.sites_tables import SiteCameraRow, SiteDayRow, SiteIncidentRow, SitePictureRow
from webapp.storage.db.repository import SQLRepository

_PLAIN = (
    "camera_name", "started_at", "opened_at", "peak_score", "ended_at", "acknowledged_at", "resolved_at",
    "escalated_at", "snapshot_at",
)  # fmt: skip
_HAS_PICTURE = (
    select(SitePictureRow.incident_id)
    .where(SitePictureRow.site_id == SiteIncidentRow.site_id, SitePictureRow.incident_id == SiteIncidentRow.incident_id)
    .exists()
)


class SQLSiteLogRepository(SQLRepository, SiteLogRepository):
    """`SiteLogRepository` over SQLAlchemy."""

    def put(self, site_id: int, incidents: Collection[SentIncident], at: datetime) -> None:
        ids = [one.incident_id for one in incidents]
        query = select(SiteIncidentRow).where(*_these(SiteIncidentRow, site_id, ids))
        known = {row.incident_id: row for row in self._session.scalars(query)}
        for one in incidents:
            row = known.get(one.incident_id)
            if row is None:
                row = SiteIncidentRow(site_id=site_id, incident_id=one.incident_id, received_at=at)
                known[one.incident_id] = row
                self._session.add(row)
            _fill(row, one)
        self._session.flush()
        self._drop_pictures([one.incident_id for one in incidents if one.snapshot_at is None], site_id)

    def remove(self, site_id: int, incident_ids: Collection[int]) -> None:
        self._delete(SiteIncidentRow, *_these(SiteIncidentRow, site_id, incident_ids))

    def remove_others(self, site_id: int, kept: Collection[int], after: int, to: int | None) -> None:
        row = SiteIncidentRow
        within = [row.site_id == site_id, row.incident_id > after, row.incident_id.not_in(kept)]
        self._delete(row, *within, *([row.incident_id <= to] if to is not None else []))

    def remove_old(self, site_id: int, incidents_before: datetime, pictures_before: datetime) -> int:
        row, picture = SiteIncidentRow, SitePictureRow
        is_old = or_(row.opened_at < incidents_before, row.received_at < incidents_before)
        incidents = self._delete(row, row.site_id == site_id, is_old, row.ended_at.is_not(None))
        return incidents + self._delete(picture, picture.site_id == site_id, picture.taken_at < pictures_before)

    def trim(self, site_id: int, most_incidents: int, most_pictures: int) -> None:
        for table, most in ((SiteIncidentRow, most_incidents), (SitePictureRow, most_pictures)):
            of_site = table.site_id == site_id
            count = self._session.scalar(select(func.count()).select_from(table).where(of_site)) or 0
            if count > most:
                oldest = select(table.incident_id).where(of_site).order_by(table.incident_id).limit(count - most)
                self._delete(table, of_site, table.incident_id.in_(oldest))

    def get(self, site_id: int, incident_id: int) -> KeptIncident | None:
        found = self._session.execute(_kept(site_id).where(SiteIncidentRow.incident_id == incident_id)).one_or_none()
        return KeptIncident(_incident(found[0]), found[1]) if found else None

    def search(
        self, site_id: int, wanted: SiteIncidentFilter, *, limit: int, offset: int = 0
    ) -> Sequence[KeptIncident]:
        row = SiteIncidentRow
        query = _kept(site_id).where(*_conditions(wanted)).order_by(row.opened_at.desc(), row.incident_id.desc())
        found = self._session.execute(query.limit(limit).offset(offset))
        return [KeptIncident(_incident(one), has_picture) for one, has_picture in found]

    def count(self, site_id: int, wanted: SiteIncidentFilter) -> int:
        query = select(func.count()).select_from(SiteIncidentRow).where(SiteIncidentRow.site_id == site_id)
        return self._session.scalar(query.where(*_conditions(wanted))) or 0

    def counts(self, wanted: SiteIncidentFilter) -> Mapping[int, int]:
        query = select(SiteIncidentRow.site_id, func.count()).where(*_conditions(wanted))
        found = self._session.execute(query.group_by(SiteIncidentRow.site_id))
        return {row[0]: row[1] for row in found}

    def wanting_pictures(self, site_id: int, *, limit: int, since: datetime) -> Sequence[int]:
        row, picture = SiteIncidentRow, SitePictureRow
        same = and_(picture.site_id == row.site_id, picture.incident_id == row.incident_id)
        is_missing = or_(picture.taken_at.is_(None), picture.taken_at != row.snapshot_at)
        query = select(row.incident_id).outerjoin(picture, same).where(row.site_id == site_id, row.snapshot_at >= since)
        return self._session.scalars(query.where(is_missing).order_by(row.incident_id.desc()).limit(limit)).all()

    def put_picture(self, site_id: int, incident_id: int, jpeg: bytes | None, taken_at: datetime) -> None:
        if jpeg is None:
            self._session.get_one(SiteIncidentRow, (site_id, incident_id)).snapshot_at = None
            self._drop_pictures([incident_id], site_id)
            return
        self._session.merge(SitePictureRow(site_id=site_id, incident_id=incident_id, jpeg=jpeg, taken_at=taken_at))
        self._session.flush()

    def picture(self, site_id: int, incident_id: int) -> bytes | None:
        return self._session.scalar(select(SitePictureRow.jpeg).where(*_these(SitePictureRow, site_id, [incident_id])))

    def remove_pictures(self, site_id: int) -> None:
        self._delete(SitePictureRow, SitePictureRow.site_id == site_id)

    def put_cameras(self, site_id: int, cameras: Collection[SentCamera]) -> None:
        if set(cameras) == set(self.cameras(site_id)):
            return
        self._delete(SiteCameraRow, SiteCameraRow.site_id == site_id)
        self._session.add_all(SiteCameraRow(site_id=site_id, **vars(camera)) for camera in cameras)
        self._session.flush()

    def cameras(self, site_id: int) -> Sequence[SentCamera]:
        query = select(SiteCameraRow).where(SiteCameraRow.site_id == site_id)
        return [_camera(row) for row in self._session.scalars(query.order_by(func.lower(SiteCameraRow.name)))]

    def all_cameras(self) -> Mapping[int, Sequence[SentCamera]]:
        by_site: dict[int, list[SentCamera]] = {}
        for row in self._session.scalars(select(SiteCameraRow)):
            by_site.setdefault(row.site_id, []).append(_camera(row))
        return by_site

    def put_days(self, site_id: int, days: Collection[SentDay]) -> None:
        for one in days:
            row = SiteDayRow(site_id=site_id, day=one.day, hours=list(one.hours), outcomes=dict(one.outcomes))
            self._session.merge(row)
        self._session.flush()

    def days(self, site_id: int, first: date, last: date) -> Sequence[SentDay]:
        row = SiteDayRow
        query = select(row).where(row.site_id == site_id, row.day >= first, row.day <= last).order_by(row.day)
        return [SentDay(one.day, tuple(one.hours), one.outcomes) for one in self._session.scalars(query)]

    def remove_days(self, site_id: int, before: date) -> None:
        self._delete(SiteDayRow, SiteDayRow.site_id == site_id, SiteDayRow.day < before)

    def _drop_pictures(self, incident_ids: Collection[int], site_id: int) -> None:
        if incident_ids:
            self._delete(SitePictureRow, *_these(SitePictureRow, site_id, incident_ids))

    def _delete(self, table: Any, *conditions: ColumnElement[bool]) -> int:
        deleted = self._session.execute(delete(table).where(*conditions).execution_options(synchronize_session="fetch"))
        return cast("CursorResult[Any]", deleted).rowcount


def _these(table: Any, site_id: int, incident_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return table.site_id == site_id, table.incident_id.in_(incident_ids)


def _kept(site_id: int) -> Select[SiteIncidentRow, bool]:
    return select(SiteIncidentRow, _HAS_PICTURE).where(SiteIncidentRow.site_id == site_id)


def _conditions(wanted: SiteIncidentFilter) -> list[ColumnElement[bool]]:
    row = SiteIncidentRow
    conditions: list[Any] = [
        row.state.in_([state.value for state in wanted.states]) if wanted.states else None,
        row.outcome == wanted.outcome.value if wanted.outcome else None,
        row.opened_at >= wanted.opened_from if wanted.opened_from else None,
        row.opened_at < wanted.opened_before if wanted.opened_before else None,
    ]
    return [condition for condition in conditions if condition is not None]


def _fill(row: SiteIncidentRow, one: SentIncident) -> None:
    for name in _PLAIN:
        setattr(row, name, getattr(one, name))
    row.emotion, row.state, row.level = one.emotion.value, one.state.value, one.level.value
    row.outcome = one.outcome.value if one.outcome else None


def _incident(row: SiteIncidentRow) -> SentIncident:
    return SentIncident(
        incident_id=row.incident_id,
        emotion=Emotion(row.emotion),
        state=IncidentState(row.state),
        level=AlertLevel(row.level),
        outcome=Outcome(row.outcome) if row.outcome else None,
        **{name: getattr(row, name) for name in _PLAIN},
    )


def _camera(row: SiteCameraRow) -> SentCamera:
    return SentCamera(row.camera_id, row.name, CameraState(row.state), row.state_at)
