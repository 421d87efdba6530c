"""Who looked at the dashboard last, over SQLAlchemy."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.services.look_ports import Look
from webapp.storage.tables import LookRow


class LookRows:
    """`services.look_ports.LookRepository`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, user_id: int) -> Look | None:
        """Return when a person last looked."""
        row = self._session.get(LookRow, user_id)
        return Look(row.event_id, row.at) if row else None

    def put(self, user_id: int, event_id: int, at: datetime) -> None:
        """Store it."""
        self._session.merge(LookRow(user_id=user_id, event_id=event_id, at=at))
        self._session.flush()
