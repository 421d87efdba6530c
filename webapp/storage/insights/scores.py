"""What faces showed over time, over SQLAlchemy."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from webapp.domain.insights.scores import IncidentScores, ScoreMoment, SeenQuarter, TrackMoment, TrackScores
from webapp.domain.vision.emotions import EMOTIONS
from webapp.services.ports import ScoreRepository
from webapp.storage.db.camera_groups import cameras_in
from webapp.storage.db.expression_tables import ExpressionCountRow
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import CameraRow, IncidentRow, IncidentScoreRow, TrackScoreRow
from webapp.storage.insights.score_packing import pack_scores, pack_track, unpack_scores, unpack_track

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUARTER = timedelta(minutes=15)
_COLUMNS = tuple(emotion.value for emotion in EMOTIONS)
_COUNTED_STEP = timedelta(seconds=0.47)  # A little under half a second, as the moments come with the frames.


class SQLScoreRepository(SQLRepository, ScoreRepository):
    """`ScoreRepository` over SQLAlchemy."""

    def add_tracks(self, tracks: Sequence[TrackScores]) -> None:
        known = set(
            self._session.scalars(select(CameraRow.id).where(CameraRow.id.in_({one.camera_id for one in tracks})))
        )
        rows = [_values_of(one) for one in tracks if one.camera_id in known]
        if rows:
            # Asked for what they were given as numbers, the drivers take many rows in one statement.
            self._session.execute(insert(TrackScoreRow).returning(TrackScoreRow.id), rows)
            self._count(rows)

    def _count(self, tracks: Sequence[Mapping[str, Any]]) -> None:
        """Add to what is kept when the faces themselves have gone."""
        counted = self._counted({(track["camera_id"], track["quarter"]) for track in tracks})
        for track in tracks:
            camera_id, quarter = track["camera_id"], track["quarter"]
            row = counted.get((camera_id, quarter))
            if row is None:
                began_at = _EPOCH + quarter * _QUARTER
                row = ExpressionCountRow(camera_id=camera_id, began_at=began_at, **dict.fromkeys(_COLUMNS, 0))
                counted[camera_id, quarter] = row
                self._session.add(row)
            for name in _COLUMNS:
                setattr(row, name, getattr(row, name) + track[name])

    def _counted(self, stretches: Collection[tuple[int, int]]) -> dict[tuple[int, int], ExpressionCountRow]:
        """Return what is kept of cameras and quarters of an hour, as far as anything is."""
        if not stretches:
            return {}
        cameras, quarters = zip(*stretches, strict=True)
        query = select(ExpressionCountRow).where(
            ExpressionCountRow.camera_id.in_(set(cameras)),
            ExpressionCountRow.began_at.in_({_EPOCH + quarter * _QUARTER for quarter in quarters}),
        )
        return {(row.camera_id, (row.began_at - _EPOCH) // _QUARTER): row for row in self._session.scalars(query)}

    def uncount_tracks(self, ids: Collection[int]) -> None:
        """Take stretches that are about to be deleted out of the counts that would outlive them."""
        sums = [func.sum(getattr(TrackScoreRow, name)) for name in _COLUMNS]
        query = select(TrackScoreRow.camera_id, TrackScoreRow.quarter, *sums).where(TrackScoreRow.id.in_(ids))
        groups = self._session.execute(query.group_by(TrackScoreRow.camera_id, TrackScoreRow.quarter)).all()
        counted = self._counted({(camera_id, quarter) for camera_id, quarter, *_ in groups})
        for camera_id, quarter, *counts in groups:
            row = counted.get((camera_id, quarter))
            if row is None:  # They were kept for less long.
                continue
            for name, count in zip(_COLUMNS, counts, strict=True):
                setattr(row, name, max(0, getattr(row, name) - count))
            if not any(_counts_of(row)):
                self._session.delete(row)

    def add_incident(self, scores: IncidentScores) -> None:
        if self._session.get(IncidentRow, scores.incident_id) is None:
            return
        begin = scores.moments[0].at
        points = pack_scores(scores.moments)
        self._session.add(IncidentScoreRow(incident_id=scores.incident_id, started_at=begin, points=points))

    def of_incident(self, incident_id: int) -> Sequence[ScoreMoment]:
        query = select(IncidentScoreRow).where(IncidentScoreRow.incident_id == incident_id)
        rows = self._session.scalars(query.order_by(IncidentScoreRow.started_at, IncidentScoreRow.id))
        return [moment for row in rows for moment in unpack_scores(row.points, row.started_at)]

    def tracks(self, camera_id: int, begin: datetime, end: datetime, *, limit: int, offset: int) -> list[TrackScores]:
        query = select(TrackScoreRow).where(
            TrackScoreRow.camera_id == camera_id, TrackScoreRow.started_at >= begin, TrackScoreRow.started_at < end
        )
        ordered = query.order_by(TrackScoreRow.started_at, TrackScoreRow.id).limit(limit).offset(offset)
        return [
            TrackScores(row.camera_id, row.track_id, unpack_track(row.points, row.started_at), row.link_id)
            for row in self._session.scalars(ordered)
        ]

    def seen_by_quarter(
        self, camera_id: int | None, begin: datetime, end: datetime, group: str | None = None
    ) -> list[SeenQuarter]:
        query = select(ExpressionCountRow).where(
            ExpressionCountRow.began_at >= begin, ExpressionCountRow.began_at < end
        )
        if camera_id is not None:
            query = query.where(ExpressionCountRow.camera_id == camera_id)
        if group:
            query = query.where(ExpressionCountRow.camera_id.in_(cameras_in(group)))
        rows = self._session.scalars(query.order_by(ExpressionCountRow.began_at, ExpressionCountRow.camera_id))
        return [SeenQuarter(row.began_at, _counts_of(row), row.camera_id) for row in rows]


def _values_of(scores: TrackScores) -> dict[str, Any]:
    begin = scores.moments[0].at
    tops = Counter(moment.scores.top for moment in _two_a_second(scores.moments))
    return {
        "camera_id": scores.camera_id,
        "track_id": scores.track_id,
        "started_at": begin,
        "quarter": (begin - _EPOCH) // _QUARTER,
        "link_id": scores.link_id,
        "points": pack_track(scores.moments),
    } | {emotion.value: tops[emotion] for emotion in EMOTIONS}


def _counts_of(row: ExpressionCountRow) -> tuple[int, ...]:
    return tuple(getattr(row, name) for name in _COLUMNS)


def _two_a_second(moments: Sequence[TrackMoment]) -> Iterator[TrackMoment]:
    """Leave out the frames between: a face that comes near an alert is kept more often, and counts no more."""
    counted_at: datetime | None = None
    for moment in moments:
        if counted_at is None or moment.at - counted_at >= _COUNTED_STEP:
            counted_at = moment.at
            yield moment
