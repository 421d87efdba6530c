"""tokens expire, those that were there after a year; the audit trail is kept for thirty days at least."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# A table that is built anew loses it otherwise.
_KEPT = {"sqlite_autoincrement": True}
_TOKEN_LIFE = timedelta(days=365)
_MIN_AUDIT_DAYS = 30
_tokens = sa.table("api_tokens", sa.column("id", sa.Integer), sa.column("expires_at", sa.DateTime))
_settings = sa.table("settings", sa.column("key", sa.String), sa.column("value", sa.Text))
_events = sa.table(
    "events",
    sa.column("kind", sa.String),
    sa.column("at", sa.DateTime),
    sa.column("payload", sa.JSON),
)


def upgrade() -> None:
    with op.batch_alter_table("api_tokens", table_kwargs=_KEPT) as batch_op:
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(), nullable=True))
    now = datetime.now(UTC).replace(tzinfo=None)
    op.get_bind().execute(sa.update(_tokens).values(expires_at=now + _TOKEN_LIFE))
    with op.batch_alter_table("api_tokens", table_kwargs=_KEPT) as batch_op:
        batch_op.alter_column("expires_at", nullable=False)
    _raise_audit_days(now)


def downgrade() -> None:
    with op.batch_alter_table("api_tokens", table_kwargs=_KEPT) as batch_op:
        batch_op.drop_column("expires_at")


def _raise_audit_days(now: datetime) -> None:
    """Raise a shorter time, and say so in the audit trail."""
    connection = op.get_bind()
    stored = connection.scalar(sa.select(_settings.c.value).where(_settings.c.key == "retention"))
    rule = json.loads(stored) if stored else {}
    if rule.get("events", _MIN_AUDIT_DAYS) >= _MIN_AUDIT_DAYS:
        return
    raised = json.dumps({**rule, "events": _MIN_AUDIT_DAYS})
    connection.execute(sa.update(_settings).where(_settings.c.key == "retention").values(value=raised))
    said = {"setting": "retention", "before": {"events": rule["events"]}, "after": {"events": _MIN_AUDIT_DAYS}}
    connection.execute(sa.insert(_events).values(kind="settings_changed", at=now, payload=said))
