"""The tables of a central instance: its sites, who sees them, and what they sent."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import CameraState
from webapp.storage.db.base import Base, one_of
from webapp.storage.db.tables import NEVER_REUSED


class RegisteredSiteRow(Base):
    """A site that sends what happens there; its token is kept as a hash, and none where it was revoked."""

    __tablename__ = "registered_sites"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_key: Mapped[str] = mapped_column(String(60), unique=True)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    takes_pictures: Mapped[bool]
    seen_at: Mapped[datetime | None]
    silent_since: Mapped[datetime | None]
    version: Mapped[str] = mapped_column(String(20))
    time_zone: Mapped[str] = mapped_column(String(64))
    newest_frame_at: Mapped[datetime | None]
    sends_pictures: Mapped[bool]
    keep_incidents_days: Mapped[int | None]
    keep_pictures_days: Mapped[int | None]
    event_id: Mapped[int]
    event_at: Mapped[datetime | None]
    fill_after: Mapped[int | None]


class SiteAccessRow(Base):
    """That a person sees a site, or with none all of them."""

    __tablename__ = "site_access"
    __table_args__ = (UniqueConstraint("user_id", "site_id"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("registered_sites.id", ondelete="CASCADE"), index=True)


class SiteIncidentRow(Base):
    """An incident of a site, by the id that it has there."""

    __tablename__ = "site_incidents"
    __table_args__ = (
        one_of("state", IncidentState),
        one_of("level", AlertLevel),
        one_of("outcome", Outcome),
        Index("ix_site_incidents_site_id_opened_at", "site_id", "opened_at"),
        Index("ix_site_incidents_site_id_state", "site_id", "state"),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("registered_sites.id", ondelete="CASCADE"), primary_key=True)
    incident_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    camera_name: Mapped[str] = mapped_column(String(120))
    emotion: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    level: Mapped[str] = mapped_column(String(8))
    started_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    peak_score: Mapped[float]
    ended_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    escalated_at: Mapped[datetime | None]
    snapshot_at: Mapped[datetime | None]
    received_at: Mapped[datetime]


class SitePictureRow(Base):
    """The picture of an incident of a site; here and not in a folder, so that it goes with its incident at once."""

    __tablename__ = "site_pictures"
    __table_args__ = (
        ForeignKeyConstraint(
            ["site_id", "incident_id"], ["site_incidents.site_id", "site_incidents.incident_id"], ondelete="CASCADE"
        ),
    )

    site_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    incident_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    taken_at: Mapped[datetime]
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)


class SiteCameraRow(Base):
    """A camera of a site, by the id that it has there."""

    __tablename__ = "site_cameras"
    __table_args__ = (one_of("state", CameraState),)

    site_id: Mapped[int] = mapped_column(ForeignKey("registered_sites.id", ondelete="CASCADE"), primary_key=True)
    camera_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(24))
    state_at: Mapped[datetime | None]


class SiteDayRow(Base):
    """The figures of one day of a site, on its clocks."""

    __tablename__ = "site_days"

    site_id: Mapped[int] = mapped_column(ForeignKey("registered_sites.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    hours: Mapped[list[int]] = mapped_column(JSON)
    outcomes: Mapped[dict[str, Any]]
