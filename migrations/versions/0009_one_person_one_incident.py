"""where a face was last seen, which resolved incident comes again, and which moment the picture shows."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("level", sa.String(length=8), server_default="low", nullable=False))
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("seen_box_xyxy", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("again_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("again_resolved_by", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("again_resolved_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("snapshot_at", sa.DateTime(), nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_incidents_level"), "level IN ('low', 'medium', 'high')")
        batch_op.create_foreign_key(
            batch_op.f("fk_incidents_again_id_incidents"), "incidents", ["again_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_index(batch_op.f("ix_incidents_again_id"), ["again_id"])
        batch_op.create_index(batch_op.f("ix_incidents_snapshot_id"), ["snapshot_id"])
    with op.batch_alter_table("track_scores", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link_id", sa.Integer(), nullable=True))
    op.execute("UPDATE incidents SET snapshot_at = opened_at WHERE snapshot_id IS NOT NULL")


def downgrade() -> None:
    with op.batch_alter_table("track_scores", schema=None) as batch_op:
        batch_op.drop_column("link_id")
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incidents_snapshot_id"))
        batch_op.drop_index(batch_op.f("ix_incidents_again_id"))
        batch_op.drop_constraint(batch_op.f("fk_incidents_again_id_incidents"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_incidents_level"), type_="check")
        for column in (
            "snapshot_at", "again_resolved_at", "again_resolved_by", "again_id", "seen_box_xyxy", "seen_at", "level",
        ):  # fmt: skip
            batch_op.drop_column(column)
