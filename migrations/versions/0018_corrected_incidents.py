"""incidents that were reopened; where the face is in a picture; who only resolved has not acknowledged.

Until now whoever resolved an incident that nobody had taken was stored as the one who took it, at the very same moment.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FORGET = """
    UPDATE incidents SET acknowledged_at = NULL, acknowledged_by = NULL
    WHERE acknowledged_at = resolved_at AND acknowledged_by = resolved_by
"""
_TAKE = """
    UPDATE incidents SET acknowledged_at = resolved_at, acknowledged_by = resolved_by
    WHERE resolved_at IS NOT NULL AND acknowledged_at IS NULL
"""


def upgrade() -> None:
    # Not in batch mode, which would build the table anew.
    op.add_column("incidents", sa.Column("snapshot_face_xyxy", sa.JSON(), nullable=True))
    op.add_column("incidents", sa.Column("waits_again_at", sa.DateTime(), nullable=True))
    op.add_column("incidents", sa.Column("resolved_for_s", sa.Double(), server_default="0", nullable=False))
    op.execute(_FORGET)


def downgrade() -> None:
    op.execute(_TAKE)
    for name in ("resolved_for_s", "waits_again_at", "snapshot_face_xyxy"):
        op.drop_column("incidents", name)
