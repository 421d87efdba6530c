"""which detector finds the faces of a camera."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
# A table that is built anew loses it otherwise.
_KEPT = {"sqlite_autoincrement": True}


def upgrade() -> None:
    with op.batch_alter_table("cameras", table_kwargs=_KEPT) as batch_op:
        batch_op.add_column(sa.Column("detector", sa.String(length=16), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_cameras_detector"), "detector IN ('chain', 'haar', 'blazeface')"
        )


def downgrade() -> None:
    with op.batch_alter_table("cameras", table_kwargs=_KEPT) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_cameras_detector"), type_="check")
        batch_op.drop_column("detector")
