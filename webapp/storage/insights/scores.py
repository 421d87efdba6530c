"""What faces showed over time, over SQLAlchemy."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from webapp.domain.insights.scores import IncidentScores, ScoreMoment, SeenQuarter, TrackMoment, TrackScores
from webapp.domain.vision.emotions import EMOTIONS, Emotion
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

    def add_track(self, scores: TrackScores) -> None:
        if self._session.get(CameraRow, scores.camera_id) is None:
            return
        begin = scores.moments[0].at
        tops = Counter(moment.scores.top for moment in _two_a_second(scores.moments))
        row = TrackScoreRow(
            camera_id=scores.camera_id,
            track_id=scores.track_id,
            started_at=begin,
            quarter=(begin - _EPOCH) // _QUARTER,
            link_id=scores.link_id,
            points=pack_track(scores.moments),
            **{emotion.value: tops[emotion] for emotion in EMOTIONS},
        )
        self._session.add(row)
        self._count(scores.camera_id, _EPOCH + row.quarter * _QUARTER, tops)

    def _count(self, camera_id: int, began_at: datetime, tops: Mapping[Emotion, int]) -> None:
        """Add to what is kept when the faces themselves have gone."""
        row = self._counted(camera_id, began_at)
        if row is None:
            row = ExpressionCountRow(camera_id=camera_id, began_at=began_at, **dict.fromkeys(_COLUMNS, 0))
            self._session.add(row)
        for emotion in EMOTIONS:
            setattr(row, emotion.value, getattr(row, emotion.value) + tops[emotion])

    def _counted(self, camera_id: int, began_at: datetime) -> ExpressionCountRow | None:
        ours = (ExpressionCountRow.camera_id == camera_id) & (ExpressionCountRow.began_at == began_at)
        return self._session.scalar(select(ExpressionCountRow).where(ours))

    def uncount_tracks(self, ids: Collection[int]) -> None:
        """Take stretches that are about to be deleted out of the counts that would outlive them."""
        sums = [func.sum(getattr(TrackScoreRow, name)) for name in _COLUMNS]
        query = select(TrackScoreRow.camera_id, TrackScoreRow.quarter, *sums).where(TrackScoreRow.id.in_(ids))
        groups = self._session.execute(query.group_by(TrackScoreRow.camera_id, TrackScoreRow.quarter)).all()
        for camera_id, quarter, *counts in groups:
            row = self._counted(camera_id, _EPOCH + quarter * _QUARTER)
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


def _counts_of(row: ExpressionCountRow) -> tuple[int, ...]:
    return tuple(getattr(row, name) for name in _COLUMNS)


def _two_a_second(moments: Sequence[TrackMoment]) -> Iterator[TrackMoment]:
    """Leave out the frames between: a face that comes near an alert is kept more often, and counts no more."""
    counted_at: datetime | None = None
    for moment in moments:
        if counted_at is None or moment.at - counted_at >= _COUNTED_STEP:
            counted_at = moment.at
            yield moment
