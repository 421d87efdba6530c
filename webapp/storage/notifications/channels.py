"""The channels, over SQLAlchemy."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select

from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.outcomes import SendFailure
from webapp.services.ports.notifications import ChannelRepository
from webapp.storage.db.notification_tables import NotificationChannelRow
from webapp.storage.db.repository import SQLRepository


class SQLChannelRepository(SQLRepository, ChannelRepository):
    """`ChannelRepository` over SQLAlchemy."""

    def list(self) -> Sequence[NotificationChannel]:
        rows = select(NotificationChannelRow).order_by(
            func.lower(NotificationChannelRow.name), NotificationChannelRow.id
        )
        return [_channel(row) for row in self._session.scalars(rows)]

    def get(self, channel_id: int) -> NotificationChannel | None:
        row = self._session.get(NotificationChannelRow, channel_id)
        return _channel(row) if row else None

    def of_people(self, user_ids: Collection[int]) -> Sequence[NotificationChannel]:
        owned = NotificationChannelRow.owner_id.in_(user_ids)
        rows = select(NotificationChannelRow).where(owned).order_by(NotificationChannelRow.id)
        return [_channel(row) for row in self._session.scalars(rows)]

    def add(self, channel: NotificationChannel, encrypted_config: bytes) -> NotificationChannel:
        row = NotificationChannelRow(owner_id=channel.owner_id, kind=channel.kind.value, created_at=channel.created_at)
        _fill(row, channel)
        row.encrypted_config = encrypted_config
        self._session.add(row)
        self._session.flush()
        return _channel(row)

    def update(self, channel: NotificationChannel, encrypted_config: bytes | None = None) -> None:
        row = self._session.get_one(NotificationChannelRow, channel.channel_id)
        _fill(row, channel)
        if encrypted_config is not None:
            row.encrypted_config = encrypted_config
        self._session.flush()

    def encrypted_config(self, channel_id: int) -> bytes | None:
        query = select(NotificationChannelRow.encrypted_config).where(NotificationChannelRow.id == channel_id)
        return self._session.scalar(query)

    def remove(self, channel_id: int) -> None:
        self._session.execute(delete(NotificationChannelRow).where(NotificationChannelRow.id == channel_id))


def _fill(row: NotificationChannelRow, channel: NotificationChannel) -> None:
    row.name, row.enabled = channel.name, channel.enabled
    row.language, row.names_place = channel.language, channel.names_place
    row.last_sent_at, row.failures = channel.last_sent_at, channel.failures
    row.last_failure = channel.last_failure.value if channel.last_failure else None


def _channel(row: NotificationChannelRow) -> NotificationChannel:
    return NotificationChannel(
        kind=ChannelKind(row.kind),
        name=row.name,
        owner_id=row.owner_id,
        enabled=row.enabled,
        language=row.language,
        names_place=row.names_place,
        created_at=row.created_at,
        last_sent_at=row.last_sent_at,
        last_failure=SendFailure(row.last_failure) if row.last_failure else None,
        failures=row.failures,
        channel_id=row.id,
    )
