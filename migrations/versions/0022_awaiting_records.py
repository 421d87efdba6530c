"""a camera waits for what has to be on record before faces are analysed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
# A table that is built anew loses it otherwise.
_KEPT = {"sqlite_autoincrement": True}
_BEFORE = "state IN ('connecting', 'online', 'closed', 'offline', 'disabled')"
_NOW = "state IN ('connecting', 'online', 'closed', 'awaiting_records', 'offline', 'disabled')"


def upgrade() -> None:
    _check(_NOW)


def downgrade() -> None:
    waiting = "UPDATE cameras SET state = 'connecting', reason = NULL WHERE state = 'awaiting_records'"
    op.get_bind().execute(sa.text(waiting))
    _check(_BEFORE)


def _check(states: str) -> None:
    with op.batch_alter_table("cameras", table_kwargs=_KEPT) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_cameras_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_cameras_state"), states)
