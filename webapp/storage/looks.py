"""Who looked at the dashboard last, over SQLAlchemy."""

from datetime import datetime

from webapp.services.ports import Look, LookRepository
from webapp.storage.repository import SQLRepository
from webapp.storage.tables import LookRow


class LookRows(SQLRepository, LookRepository):
    """`LookRepository` over SQLAlchemy."""

    def get(self, user_id: int) -> Look | None:
        row = self._session.get(LookRow, user_id)
        return Look(row.event_id, row.at) if row else None

    def put(self, user_id: int, event_id: int, at: datetime) -> None:
        self._session.merge(LookRow(user_id=user_id, event_id=event_id, at=at))
        self._session.flush()
