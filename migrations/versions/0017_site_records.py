"""what has to be on record before faces are analysed; cameras that ran before go on for thirty days."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
_GRACE = timedelta(days=30)


def upgrade() -> None:
    op.create_table(
        "site_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_by", sa.String(length=60), nullable=False),
        sa.CheckConstraint("kind IN ('purpose', 'notice', 'staff_zones')", name=op.f("ck_site_records_kind")),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["cameras.id"], name=op.f("fk_site_records_camera_id_cameras"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_records")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_site_records_camera_id"), "site_records", ["camera_id"])
    _grant_grace()


def downgrade() -> None:
    op.drop_table("site_records")
    op.get_bind().execute(sa.text("DELETE FROM settings WHERE key = 'analysis_gate_grace'"))


def _grant_grace() -> None:
    """An installation that watches people already is asked, and not stopped at once."""
    connection = op.get_bind()
    # A demo that gets the address of a real camera later, and a camera that was off, saw nobody before.
    seeing = sa.text("SELECT id FROM cameras WHERE enabled AND url NOT LIKE 'demo:%' ORDER BY id")
    ids = list(connection.execute(seeing).scalars())
    if not ids:
        return
    grace = {"until": (datetime.now(UTC) + _GRACE).isoformat(), "camera_ids": ids}
    write = sa.text("INSERT INTO settings (key, value) VALUES ('analysis_gate_grace', :value)")
    connection.execute(write, {"value": json.dumps(grace)})
