"""All repositories of notifications within one transaction, and the queue as a whole."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.services.ports.notifications import NotificationRepositories, QueueRepository, QueueState
from webapp.storage.db.notification_tables import DeliveryRow, NotificationChannelRow, PlannedStepRow
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import EventRow, SettingRow
from webapp.storage.notifications.channels import SQLChannelRepository
from webapp.storage.notifications.deliveries import SQLDeliveryRepository, SQLPlannedStepRepository
from webapp.storage.notifications.routes import (
    SQLNotificationPreferenceRepository,
    SQLOnCallRepository,
    SQLRouteRepository,
)

_CURSOR = "notification_cursor"
_STATE = select(
    select(func.min(NotificationChannelRow.id)).scalar_subquery(),
    select(SettingRow.value).where(SettingRow.key == _CURSOR).scalar_subquery(),
    select(func.max(EventRow.id)).scalar_subquery(),
    select(func.min(PlannedStepRow.wakes_at)).scalar_subquery(),
    select(func.min(DeliveryRow.next_attempt_at)).scalar_subquery(),
)


class SQLQueueRepository(SQLRepository, QueueRepository):
    """`QueueRepository` over SQLAlchemy."""

    def state(self) -> QueueState:
        channel_id, cursor, last_event_id, *dues = self._session.execute(_STATE).one()
        next_due_at: datetime | None = min((due for due in dues if due is not None), default=None)
        return QueueState(
            channel_id is not None, int(cursor) if cursor is not None else None, last_event_id or 0, next_due_at
        )

    def set_cursor(self, event_id: int) -> None:
        self._session.merge(SettingRow(key=_CURSOR, value=str(event_id)))
        self._session.flush()


class SQLNotificationRepositories(NotificationRepositories):
    """`NotificationRepositories` over SQLAlchemy."""

    def __init__(self, session: Session) -> None:
        self.channels = SQLChannelRepository(session)
        self.routes = SQLRouteRepository(session)
        self.on_call = SQLOnCallRepository(session)
        self.preferences = SQLNotificationPreferenceRepository(session)
        self.steps = SQLPlannedStepRepository(session)
        self.deliveries = SQLDeliveryRepository(session)
        self.queue = SQLQueueRepository(session)
