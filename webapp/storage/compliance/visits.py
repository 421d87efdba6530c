"""What is kept of a camera and a time, over SQLAlchemy."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, text, update

from webapp.domain.alerts.incidents import Incident, IncidentState
from webapp.domain.insights.scores import IncidentScores, TrackScores
from webapp.domain.site.compliance.visits import KeptOfVisit, Place, Visit
from webapp.services.ports import RemovedOfVisit, VisitRepository
from webapp.storage.alerts.incidents import SQLIncidentRepository
from webapp.storage.db.clip_tables import ClipRow
from webapp.storage.db.facets import forget_facets
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import IncidentRow, IncidentScoreRow, SnapshotRow, TrackScoreRow
from webapp.storage.insights.score_packing import unpack_scores, unpack_track
from webapp.storage.insights.scores import SQLScoreRepository

# What a row can hold: two bytes of hundredths of a second of a face, and less of an alert.
_LONGEST = timedelta(seconds=656)
# Between these an index finds all alerts that can matter: no face stays for a month, and no dwell time is a day.
_LONGEST_STAY, _LONGEST_DWELL = timedelta(days=31), timedelta(days=1)
# So many stretches that nobody has to read are deleted in the time of one alert, or of one that is cut.
_LIGHTER = 20
# Of an alert that goes on: its last sight.
_last_at = func.coalesce(IncidentRow.ended_at, IncidentRow.seen_at, IncidentRow.opened_at)


class SQLVisitRepository(SQLRepository, VisitRepository):
    """`VisitRepository` over SQLAlchemy."""

    def places(self) -> Sequence[Place]:
        names = select(IncidentRow.camera_name).where(*_of_no_camera()).distinct()
        return [Place(name) for name in self._session.scalars(names.order_by(IncidentRow.camera_name))]

    def incidents(self, visit: Visit, *, limit: int) -> Sequence[Incident]:
        ids = self._session.scalars(_reaching_in(visit).order_by(IncidentRow.started_at, IncidentRow.id).limit(limit))
        incidents = SQLIncidentRepository(self._session)
        return [incident for incident_id in ids.all() if (incident := incidents.get(incident_id))]

    def open_ids(self, visit: Visit) -> Sequence[int]:
        is_open = IncidentRow.state != IncidentState.RESOLVED.value
        return self._session.scalars(_reaching_in(visit).where(is_open).order_by(IncidentRow.id)).all()

    def count(self, visit: Visit) -> KeptOfVisit:
        query = select(func.count(IncidentRow.id), func.count(IncidentRow.snapshot_id))
        incidents, snapshots = self._session.execute(query.where(IncidentRow.id.in_(_reaching_in(visit)))).one()
        with_clip = select(func.count(ClipRow.id)).where(ClipRow.incident_id.in_(_reaching_in(visit)))
        snapshots += self._session.scalar(with_clip) or 0
        before = sum(1 for _ in self._begun_before(visit)) + sum(1 for _ in self._led_to_others(visit))
        begun_within = self._session.scalar(select(func.count(TrackScoreRow.id)).where(*_begun_within(visit))) or 0
        return KeptOfVisit(incidents, snapshots, before + begun_within)

    def unknown_of(self, names: Collection[str]) -> Sequence[str]:
        known = self._session.scalars(select(SnapshotRow.file_name).where(SnapshotRow.file_name.in_(names)))
        return sorted(set(names) - set(known))

    def snapshot_names(self, visit: Visit, *, limit: int) -> Sequence[str]:
        return [name for _, name in self._pictures_of(self._next(visit, limit))]

    def delete(self, visit: Visit, *, limit: int) -> RemovedOfVisit:
        if self._session.get_bind().dialect.name == "sqlite":  # What is freed is overwritten, and not only forgotten.
            self._session.execute(text("PRAGMA secure_delete=ON"))
        ids = self._next(visit, limit)
        names = self._delete_incidents(ids)
        scores = 0
        if len(ids) < limit:  # What led to other alerts is known once those of the visit are gone.
            scores = self._delete_tracks(visit, limit * _LIGHTER) + self._cut_tracks(visit, limit)
            scores += self._cut_others(visit)
        return RemovedOfVisit(KeptOfVisit(len(ids), len(names), scores), names, ids)

    def _next(self, visit: Visit, limit: int) -> Sequence[int]:
        return self._session.scalars(_reaching_in(visit).order_by(IncidentRow.id).limit(limit)).all()

    def _pictures_of(self, ids: Collection[int]) -> list[tuple[int, str]]:
        """Return id and name of each picture and clip of some incidents."""
        pictures = select(IncidentRow.snapshot_id).where(IncidentRow.id.in_(ids))
        clips = select(ClipRow.snapshot_id).where(ClipRow.incident_id.in_(ids))
        theirs = or_(SnapshotRow.id.in_(pictures), SnapshotRow.id.in_(clips))
        found = self._session.execute(select(SnapshotRow.id, SnapshotRow.file_name).where(theirs))
        return [(picture_id, name) for picture_id, name in found]

    def _delete_incidents(self, ids: Collection[int]) -> Sequence[str]:
        found = self._pictures_of(ids)
        # A later alert of the same person says of an earlier one who resolved it, and when.
        forgotten = {"again_id": None, "again_resolved_by": None, "again_resolved_at": None}
        self._session.execute(update(IncidentRow).where(IncidentRow.again_id.in_(ids)).values(**forgotten))
        forget_facets(self._session, ids)
        self._session.execute(delete(IncidentRow).where(IncidentRow.id.in_(ids)))
        self._session.execute(delete(SnapshotRow).where(SnapshotRow.id.in_([picture_id for picture_id, _ in found])))
        return [name for _, name in found]

    def _delete_tracks(self, visit: Visit, limit: int) -> int:
        """Delete stretches that cannot reach beyond the visit, unread: a long one has tens of thousands."""
        within = (*_begun_within(visit), TrackScoreRow.started_at < visit.end - _LONGEST)
        ids = self._session.scalars(select(TrackScoreRow.id).where(*within).limit(limit)).all()
        SQLScoreRepository(self._session).uncount_tracks(ids)
        self._session.execute(delete(TrackScoreRow).where(TrackScoreRow.id.in_(ids)))
        return len(ids)

    def _cut_tracks(self, visit: Visit, limit: int) -> int:
        begun = select(TrackScoreRow).where(*_begun_within(visit)).order_by(TrackScoreRow.id).limit(limit)
        rows = [*self._begun_before(visit), *self._session.scalars(begun)]
        scores = SQLScoreRepository(self._session)
        scores.uncount_tracks([row.id for row in rows])
        left = []
        for row in rows:
            for moments in _outside(visit, unpack_track(row.points, row.started_at)):
                left.append(TrackScores(row.camera_id, row.track_id, moments, row.link_id))
            self._session.delete(row)
        scores.add_tracks(left)
        self._session.flush()
        return len(rows)

    def _cut_others(self, visit: Visit) -> int:
        rows, scores = list(self._led_to_others(visit)), SQLScoreRepository(self._session)
        for row in rows:
            for moments in _outside(visit, unpack_scores(row.points, row.started_at)):
                scores.add_incident(IncidentScores(row.incident_id, moments))
            self._session.delete(row)
        self._session.flush()
        return len(rows)

    def _begun_before(self, visit: Visit) -> Iterator[TrackScoreRow]:
        """Yield the stretches that began before the visit and reach into it."""
        for row in self._session.scalars(select(TrackScoreRow).where(*_begun_just_before(visit))):
            if any(visit.begin <= moment.at < visit.end for moment in unpack_track(row.points, row.started_at)):
                yield row

    def _led_to_others(self, visit: Visit) -> Iterator[IncidentScoreRow]:
        """Yield scores within the visit of alerts that do not: they are kept from before an alert until it is over."""
        query = select(IncidentScoreRow).join(IncidentRow, IncidentScoreRow.incident_id == IncidentRow.id)
        near = (
            *_of_place(visit.place),
            *_opened_around(visit),
            IncidentRow.started_at < visit.end + _LONGEST,
            _last_at >= visit.begin - _LONGEST,
            IncidentRow.id.not_in(_reaching_in(visit)),
            IncidentScoreRow.started_at < visit.end,
        )
        for row in self._session.scalars(query.where(*near)):
            if any(visit.begin <= moment.at < visit.end for moment in unpack_scores(row.points, row.started_at)):
                yield row


def _of_place(place: Place) -> list[ColumnElement[bool]]:
    if place.camera_id is not None:
        return [IncidentRow.camera_id == place.camera_id]
    return [*_of_no_camera(), IncidentRow.camera_name == place.name]


def _of_no_camera() -> list[ColumnElement[bool]]:
    """Return what the alerts of removed cameras have in common: a test alert is of nobody's visit."""
    return [IncidentRow.camera_id.is_(None), IncidentRow.is_test.is_(False)]


def _reaching_in(visit: Visit) -> Select[int]:
    """Return the alerts of the place that reach into the time of the visit."""
    within = (IncidentRow.started_at < visit.end, _last_at >= visit.begin)
    return select(IncidentRow.id).where(*_of_place(visit.place), *_opened_around(visit), *within)


def _opened_around(visit: Visit) -> list[ColumnElement[bool]]:
    opened_at = IncidentRow.opened_at
    return [opened_at >= visit.begin - _LONGEST_STAY, opened_at < visit.end + _LONGEST_DWELL]


def _begun_within(visit: Visit) -> list[ColumnElement[bool]]:
    started_at = TrackScoreRow.started_at
    return [
        TrackScoreRow.camera_id == visit.place.camera_id, started_at >= visit.begin, started_at < visit.end
    ]  # fmt: skip


def _begun_just_before(visit: Visit) -> list[ColumnElement[bool]]:
    started_at = TrackScoreRow.started_at
    return [
        TrackScoreRow.camera_id == visit.place.camera_id,
        started_at >= visit.begin - _LONGEST,
        started_at < visit.begin,
    ]


def _outside(visit: Visit, moments: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield what of a stretch lies before the visit, and what lies behind it, where there is any."""
    before = tuple(moment for moment in moments if moment.at < visit.begin)
    behind = tuple(moment for moment in moments if moment.at >= visit.end)
    return (part for part in (before, behind) if part)
