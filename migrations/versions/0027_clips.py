"""short clips of alerts, beside their pictures."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0027"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("snapshots", sa.Column("scores", sa.JSON(), nullable=True))
    # Said in SQL, which both databases take: SQLite adds no key to a table but with its column.
    op.execute(
        "ALTER TABLE incidents ADD COLUMN clip_id INTEGER "
        "CONSTRAINT fk_incidents_clip_id_snapshots REFERENCES snapshots (id) ON DELETE SET NULL"
    )
    op.create_index(op.f("ix_incidents_clip_id"), "incidents", ["clip_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_incidents_clip_id"), "incidents")
    op.drop_column("incidents", "clip_id")
    op.drop_column("snapshots", "scores")
