"""how often faces looked how by quarters of an hour, kept for longer than the faces' own scores."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
_EPOCH, _QUARTER = datetime(1970, 1, 1), timedelta(minutes=15)
_EXPRESSIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def upgrade() -> None:
    op.create_table(
        "expression_counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _EXPRESSIONS),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["cameras.id"], name=op.f("fk_expression_counts_camera_id_cameras"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expression_counts")),
        sa.UniqueConstraint("camera_id", "began_at", name=op.f("uq_expression_counts_camera_id_began_at")),
    )
    op.create_index(op.f("ix_expression_counts_began_at"), "expression_counts", ["began_at"])
    _count_what_is_kept()


def downgrade() -> None:
    op.drop_table("expression_counts")


def _count_what_is_kept() -> None:
    """Count the faces that are there: at most some thousand quarters of an hour for each camera."""
    connection = op.get_bind()
    kept = sa.table("track_scores", *map(sa.column, ("camera_id", "quarter", *_EXPRESSIONS)))
    counts = sa.table(
        "expression_counts", sa.column("began_at", sa.DateTime()), *map(sa.column, ("camera_id", *_EXPRESSIONS))
    )
    summed = [sa.func.sum(kept.c[name]).label(name) for name in _EXPRESSIONS]
    found = sa.select(kept.c.camera_id, kept.c.quarter, *summed).group_by(kept.c.camera_id, kept.c.quarter)
    rows = [
        {"camera_id": camera_id, "began_at": _EPOCH + quarter * _QUARTER, **dict(zip(_EXPRESSIONS, sums, strict=True))}
        for camera_id, quarter, *sums in connection.execute(found)
    ]
    if rows:
        connection.execute(counts.insert(), rows)
