"""The tables, as SQLAlchemy mapped classes. A change here needs a migration: `make check` compares them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, exists, false
from sqlalchemy.orm import Mapped, column_property, mapped_column

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.cameras.detectors import Detector
from webapp.domain.people.accounts import TokenScope
from webapp.domain.people.releases import FIRST_RELEASE
from webapp.domain.people.roles import Role
from webapp.storage.db.base import Base, one_of
from webapp.storage.db.clip_tables import ClipRow
from webapp.storage.db.incident_indexes import incident_indexes

# AUTOINCREMENT: an id is never used twice. It stands in addresses and in the names of frame slots, and connections and
# open pages remember it: what has the id of something that is gone would be taken for it.
NEVER_REUSED = {"sqlite_autoincrement": True}


class UserRow(Base):
    """A person. `name_key` is the name in lower case: names are unique without regard to case."""

    __tablename__ = "users"
    __table_args__ = (one_of("role", Role), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_key: Mapped[str] = mapped_column(String(60), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    enabled: Mapped[bool]
    session_epoch: Mapped[int]
    password_hash: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(server_default=false())
    second_factor: Mapped[bytes | None]
    second_factor_step: Mapped[int | None]
    seen_release: Mapped[str] = mapped_column(String(20), server_default=FIRST_RELEASE)
    mail: Mapped[str | None] = mapped_column(String(254))


class SessionRow(Base):
    """A browser in which a person is signed in; what the cookie carries is kept as a hash."""

    __tablename__ = "sessions"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    epoch: Mapped[int]
    device: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)


class InvitationRow(Base):
    """A one-time link, as a hash; the row goes when it is used."""

    __tablename__ = "invitations"
    __table_args__ = (one_of("role", Role), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(120))
    invited_by: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class TokenRow(Base):
    """An API token, as a hash."""

    __tablename__ = "api_tokens"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(60), server_default="unnamed")
    scope: Mapped[str] = mapped_column(String(16), server_default=TokenScope.ACT.value)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CameraRow(Base):
    """A camera. `url` holds no secrets; they are encrypted beside it. What is None is as every camera has it."""

    __tablename__ = "cameras"
    __table_args__ = (one_of("state", CameraState), one_of("detector", Detector), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_key: Mapped[str] = mapped_column(String(60), unique=True)
    url: Mapped[str] = mapped_column(Text)
    username: Mapped[str] = mapped_column(String(255))
    encrypted_password: Mapped[bytes | None]
    encrypted_hidden: Mapped[bytes | None]
    enabled: Mapped[bool]
    revision: Mapped[int]
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[dict[str, Any] | None]
    state_since: Mapped[datetime | None]
    opens_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    snoozed_by: Mapped[str | None] = mapped_column(String(60))
    place: Mapped[str] = mapped_column(String(120), server_default="")
    image_settings: Mapped[dict[str, Any] | None] = mapped_column("framing")
    opening_hours: Mapped[list[list[int]] | None]
    analysis_fps: Mapped[float | None]
    detector: Mapped[str | None] = mapped_column(String(16))


class KioskRow(Base):
    """The screen that is a camera; the link's code and the cookie's secret are kept as hashes."""

    __tablename__ = "kiosks"

    camera_id: Mapped[int] = mapped_column(ForeignKey("cameras.id", ondelete="CASCADE"), primary_key=True)
    shows_self: Mapped[bool]
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    link_ends_at: Mapped[datetime | None]
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(120))
    paired_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]


class AlertRuleRow(Base):
    """What is set apart from the default rule; the row without a camera is for all cameras."""

    __tablename__ = "alert_rules"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[int | None] = mapped_column(ForeignKey("cameras.id", ondelete="CASCADE"), unique=True)
    emotions: Mapped[list[str] | None]
    enter_threshold: Mapped[float | None]
    exit_threshold: Mapped[float | None]
    dwell_s: Mapped[float | None]
    cooldown_s: Mapped[float | None]


class SnapshotRow(Base):
    """A picture or a clip on disk, by the name of its file."""

    __tablename__ = "snapshots"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(120), unique=True)
    taken_at: Mapped[datetime]


class IncidentRow(Base):
    """An incident; `camera_name` stays when the camera goes. `note_key` is the note as it is searched."""

    __tablename__ = "incidents"
    __table_args__ = (
        one_of("state", IncidentState),
        one_of("outcome", Outcome),
        one_of("level", AlertLevel),
        *incident_indexes(),
        NEVER_REUSED,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[int | None] = mapped_column(ForeignKey("cameras.id", ondelete="SET NULL"))
    camera_name: Mapped[str] = mapped_column(String(60))
    track_id: Mapped[int]
    emotion: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    peak_score: Mapped[float]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(60))
    resolved_at: Mapped[datetime | None] = mapped_column(index=True)
    resolved_by: Mapped[str | None] = mapped_column(String(60))
    outcome: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)
    note_key: Mapped[str] = mapped_column(Text, server_default="")
    reminders: Mapped[int] = mapped_column(server_default="0")
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    level: Mapped[str] = mapped_column(String(8), server_default=AlertLevel.LOW.value)
    seen_at: Mapped[datetime | None]
    seen_box_xyxy: Mapped[list[float] | None]
    # Indexes on what is set to NULL: else each deleted incident or picture reads the whole log.
    again_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id", ondelete="SET NULL"), index=True)
    again_resolved_by: Mapped[str | None] = mapped_column(String(60))
    again_resolved_at: Mapped[datetime | None]
    is_test: Mapped[bool] = mapped_column(server_default=false())
    snapshot_at: Mapped[datetime | None]
    snapshot_face_xyxy: Mapped[list[float] | None]
    waits_again_at: Mapped[datetime | None]
    resolved_for_s: Mapped[float] = mapped_column(server_default="0")
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshots.id", ondelete="SET NULL"), index=True)
    facet_id: Mapped[int | None]
    has_clip: Mapped[bool] = column_property(exists().where(ClipRow.incident_id == id))


class EventRow(Base):
    """One event; rows are only ever added."""

    __tablename__ = "events"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    payload: Mapped[dict[str, Any]]
    actor: Mapped[str | None] = mapped_column(String(60))
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"), index=True)


class IncidentScoreRow(Base):
    """Some seconds of one incident's score; `points` is packed as `storage.insights.score_packing` says."""

    __tablename__ = "incident_scores"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"), index=True)
    started_at: Mapped[datetime]
    points: Mapped[bytes]


class TrackScoreRow(Base):
    """Some seconds of one face; `points` is packed as `storage.insights.score_packing` says.

    `quarter` counts quarters of an hour since 1970: databases can group by it for any time zone. The seven counts say
    in how many moments, two a second, the face looked so most of all. `link_id` is the track that this one goes on
    with.
    """

    __tablename__ = "track_scores"
    __table_args__ = (Index("ix_track_scores_camera_id_started_at", "camera_id", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[int] = mapped_column(ForeignKey("cameras.id", ondelete="CASCADE"))
    track_id: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(index=True)
    quarter: Mapped[int] = mapped_column(index=True)
    link_id: Mapped[int | None]
    points: Mapped[bytes]
    angry: Mapped[int]
    disgust: Mapped[int]
    fear: Mapped[int]
    happy: Mapped[int]
    sad: Mapped[int]
    surprise: Mapped[int]
    neutral: Mapped[int]


class SavedViewRow(Base):
    """A view of the log that one person keeps; `name_key` is the name in lower case."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("user_id", "name_key"), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    name_key: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(Text)


class ReadMarkerRow(Base):
    """How far a person has seen the event log on the dashboard."""

    __tablename__ = "looks"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int]
    at: Mapped[datetime]


class SettingRow(Base):
    """A small fact about this installation."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
