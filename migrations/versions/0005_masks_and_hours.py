"""masks and hours."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("cameras", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.String(length=120), server_default="", nullable=False))
        batch_op.add_column(sa.Column("framing", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("opening_hours", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("analysis_fps", sa.Double(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("cameras", schema=None) as batch_op:
        batch_op.drop_column("analysis_fps")
        batch_op.drop_column("opening_hours")
        batch_op.drop_column("framing")
        batch_op.drop_column("place")
