"""groups of cameras, and screens on a wall that show them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "camera_groups",
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["cameras.id"], name=op.f("fk_camera_groups_camera_id_cameras"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("camera_id", "name_key", name=op.f("pk_camera_groups")),
    )
    op.create_index(op.f("ix_camera_groups_name_key"), "camera_groups", ["name_key"], unique=False)
    op.create_table(
        "wall_screens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("group_name", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("link_ends_at", sa.DateTime(), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("paired_at", sa.DateTime(), nullable=True),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall_screens")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_wall_screens_code_hash")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_wall_screens_secret_hash")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("wall_screens")
    op.drop_index(op.f("ix_camera_groups_name_key"), table_name="camera_groups")
    op.drop_table("camera_groups")
