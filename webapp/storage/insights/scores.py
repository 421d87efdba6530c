"""What faces showed over time, over SQLAlchemy."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from webapp.domain.insights.scores import IncidentScores, ScoreMoment, SeenQuarter, TrackMoment, TrackScores
from webapp.domain.vision.emotions import EMOTIONS
from webapp.services.ports import ScoreRepository
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import CameraRow, IncidentRow, IncidentScoreRow, TrackScoreRow
from webapp.storage.insights.score_packing import pack_scores, pack_track, unpack_scores, unpack_track

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_QUARTER = timedelta(minutes=15)
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

    def seen_by_quarter(self, camera_id: int | None, begin: datetime, end: datetime) -> list[SeenQuarter]:
        sums = [func.sum(getattr(TrackScoreRow, emotion.value)) for emotion in EMOTIONS]
        query = select(TrackScoreRow.quarter, *sums).where(
            TrackScoreRow.started_at >= begin, TrackScoreRow.started_at < end
        )
        if camera_id is not None:
            query = query.where(TrackScoreRow.camera_id == camera_id)
        rows = self._session.execute(query.group_by(TrackScoreRow.quarter).order_by(TrackScoreRow.quarter))
        return [SeenQuarter(_EPOCH + quarter * _QUARTER, tuple(map(int, counts))) for quarter, *counts in rows]


def _two_a_second(moments: Sequence[TrackMoment]) -> Iterator[TrackMoment]:
    """Leave out the frames between: a face that comes near an alert is kept more often, and counts no more."""
    counted_at: datetime | None = None
    for moment in moments:
        if counted_at is None or moment.at - counted_at >= _COUNTED_STEP:
            counted_at = moment.at
            yield moment
