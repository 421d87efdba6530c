"""many sites: who they are, who sees them, and what they sent."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "registered_sites",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_key", sa.String(length=60), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("takes_pictures", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.Column("silent_since", sa.DateTime(), nullable=True),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("newest_frame_at", sa.DateTime(), nullable=True),
        sa.Column("sends_pictures", sa.Boolean(), nullable=False),
        sa.Column("keep_incidents_days", sa.Integer(), nullable=True),
        sa.Column("keep_pictures_days", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("event_at", sa.DateTime(), nullable=True),
        sa.Column("fill_after", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_sites")),
        sa.UniqueConstraint("name_key", name=op.f("uq_registered_sites_name_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_registered_sites_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "site_access",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["registered_sites.id"],
            name=op.f("fk_site_access_site_id_registered_sites"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_site_access_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_access")),
        sa.UniqueConstraint("user_id", "site_id", name=op.f("uq_site_access_user_id_site_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_site_access_site_id"), "site_access", ["site_id"], unique=False)
    op.create_index(op.f("ix_site_access_user_id"), "site_access", ["user_id"], unique=False)
    op.create_table(
        "site_cameras",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('connecting', 'online', 'closed', 'awaiting_records', 'offline', 'disabled')",
            name=op.f("ck_site_cameras_state"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["registered_sites.id"],
            name=op.f("fk_site_cameras_site_id_registered_sites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "camera_id", name=op.f("pk_site_cameras")),
    )
    op.create_table(
        "site_days",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["registered_sites.id"], name=op.f("fk_site_days_site_id_registered_sites"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "day", name=op.f("pk_site_days")),
    )
    op.create_table(
        "site_incidents",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("camera_name", sa.String(length=120), nullable=False),
        sa.Column("emotion", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("peak_score", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("escalated_at", sa.DateTime(), nullable=True),
        sa.Column("snapshot_at", sa.DateTime(), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("level IN ('low', 'medium', 'high')", name=op.f("ck_site_incidents_level")),
        sa.CheckConstraint(
            "outcome IN ('recovered', 'escalated', 'false_alarm', 'no_action')", name=op.f("ck_site_incidents_outcome")
        ),
        sa.CheckConstraint("state IN ('new', 'acknowledged', 'resolved')", name=op.f("ck_site_incidents_state")),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["registered_sites.id"],
            name=op.f("fk_site_incidents_site_id_registered_sites"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "incident_id", name=op.f("pk_site_incidents")),
    )
    op.create_index("ix_site_incidents_site_id_opened_at", "site_incidents", ["site_id", "opened_at"], unique=False)
    op.create_index("ix_site_incidents_site_id_state", "site_incidents", ["site_id", "state"], unique=False)
    op.create_table(
        "site_pictures",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("incident_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "incident_id"],
            ["site_incidents.site_id", "site_incidents.incident_id"],
            name=op.f("fk_site_pictures_site_id_site_incidents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("site_id", "incident_id", name=op.f("pk_site_pictures")),
    )


def downgrade() -> None:
    for table in ("site_pictures", "site_incidents", "site_days", "site_cameras", "site_access", "registered_sites"):
        op.drop_table(table)
