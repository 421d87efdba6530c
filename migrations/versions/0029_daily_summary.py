"""who wants the summary of the day before by e-mail, at which hour, and up to which day it is planned."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0026"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
# Tables that are built anew lose it otherwise.
_KEPT = {"sqlite_autoincrement": True}
_BEFORE = ("alert", "camera_offline", "channel_failed", "channel_test")
_KINDS = (*_BEFORE, "daily_summary")
_TABLES = ("notification_routes", "planned_steps")


def upgrade() -> None:
    # Not in batch mode: nothing is written anew.
    op.add_column("notification_preferences", sa.Column("summary_hour", sa.Integer(), nullable=True))
    op.add_column("notification_preferences", sa.Column("summary_planned_on", sa.Date(), nullable=True))
    _allow(_KINDS)


def downgrade() -> None:
    op.execute("DELETE FROM deliveries WHERE step_id IN (SELECT id FROM planned_steps WHERE kind = 'daily_summary')")
    op.execute("DELETE FROM planned_steps WHERE kind = 'daily_summary'")
    op.execute("DELETE FROM notification_routes WHERE kind = 'daily_summary'")
    _allow(_BEFORE)
    op.drop_column("notification_preferences", "summary_planned_on")
    op.drop_column("notification_preferences", "summary_hour")


def _allow(kinds: Sequence[str]) -> None:
    for table in _TABLES:
        with op.batch_alter_table(table, table_kwargs=_KEPT) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"ck_{table}_kind"), type_="check")
            batch_op.create_check_constraint(batch_op.f(f"ck_{table}_kind"), f"kind IN ({', '.join(map(repr, kinds))})")
