"""The tables of who is told of what: channels, routes, people on call, and what is on its way."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.notifications.channels import ChannelKind
from webapp.domain.notifications.deliveries import DeliveryState, StepState
from webapp.domain.notifications.routes import NoticeKind
from webapp.storage.db.base import Base, one_of
from webapp.storage.db.tables import NEVER_REUSED


class NotificationChannelRow(Base):
    """A way to tell somebody; where it leads is encrypted, for an address may be a secret itself."""

    __tablename__ = "notification_channels"
    __table_args__ = (one_of("kind", ChannelKind), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(60))
    encrypted_config: Mapped[bytes]
    enabled: Mapped[bool]
    language: Mapped[str] = mapped_column(String(8))
    names_place: Mapped[bool]
    created_at: Mapped[datetime]
    last_sent_at: Mapped[datetime | None]
    last_failure: Mapped[str | None] = mapped_column(String(24))
    failures: Mapped[int]


class NotificationRouteRow(Base):
    """Who is told of what. Ids are never used again, so what names something that is gone names nothing."""

    __tablename__ = "notification_routes"
    __table_args__ = (one_of("kind", NoticeKind), one_of("least_level", AlertLevel), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(16))
    enabled: Mapped[bool]
    camera_ids: Mapped[list[int]] = mapped_column(JSON)
    groups: Mapped[list[str]]
    hours: Mapped[list[list[int]]]
    least_level: Mapped[str] = mapped_column(String(8))
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class OnCallScheduleRow(Base):
    """A week of who is on call, and its exceptions."""

    __tablename__ = "on_call_schedules"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    slots: Mapped[list[list[int]]]
    overrides: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class NotificationPreferenceRow(Base):
    """When a person wants to be left alone."""

    __tablename__ = "notification_preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    quiet_hours: Mapped[list[list[int]]]
    urgent_goes_through: Mapped[bool]
    summary_hour: Mapped[int | None]
    summary_planned_on: Mapped[date | None]


class PlannedStepRow(Base):
    """A step that something has begun; `wakes_at` is empty once nothing is left to do. Route 0 is the default."""

    __tablename__ = "planned_steps"
    __table_args__ = (
        UniqueConstraint("event_id", "route_id", "after_min"),
        one_of("kind", NoticeKind),
        one_of("state", StepState),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]
    route_id: Mapped[int]
    after_min: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    begun_at: Mapped[datetime] = mapped_column(index=True)
    level: Mapped[str] = mapped_column(String(8))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"), index=True)
    camera_id: Mapped[int | None]
    about: Mapped[str] = mapped_column(String(60))
    is_test: Mapped[bool]
    recipients: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    due_at: Mapped[datetime]
    wakes_at: Mapped[datetime | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(24))


class DeliveryRow(Base):
    """A message to a channel; the unique constraint is what tells nobody twice of one step."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("event_id", "after_min", "channel_id"),
        one_of("state", DeliveryState),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("planned_steps.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int]
    after_min: Mapped[int]
    channel_id: Mapped[int | None] = mapped_column(
        ForeignKey("notification_channels.id", ondelete="SET NULL"), index=True
    )
    channel_kind: Mapped[str | None] = mapped_column(String(16))
    channel_name: Mapped[str] = mapped_column(String(60))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(24))
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime | None] = mapped_column(index=True)
    failure: Mapped[str | None] = mapped_column(String(24))
    detail: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
