"""Who looked at the dashboard last, over SQLAlchemy."""

from datetime import datetime

from webapp.services.ports import ReadMarker, ReadMarkerRepository
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import ReadMarkerRow


class SQLReadMarkerRepository(SQLRepository, ReadMarkerRepository):
    """`ReadMarkerRepository` over SQLAlchemy."""

    def get(self, user_id: int) -> ReadMarker | None:
        row = self._session.get(ReadMarkerRow, user_id)
        return ReadMarker(row.event_id, row.at) if row else None

    def put(self, user_id: int, event_id: int, at: datetime) -> None:
        self._session.merge(ReadMarkerRow(user_id=user_id, event_id=event_id, at=at))
        self._session.flush()
