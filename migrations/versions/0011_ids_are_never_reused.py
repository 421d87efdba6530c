"""ids that leave the database are never used again: what has the id of something that is gone is taken for it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Each with the name under which events remember its ids, where they do.
_TABLES = {
    "users": "user_id",
    "sessions": None,
    "invitations": None,
    "api_tokens": None,
    "cameras": "camera_id",
    "alert_rules": None,
    "incidents": "incident_id",
    "saved_views": None,
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":  # Elsewhere ids come from a sequence, which never goes back.
        for table, remembered_as in _TABLES.items():
            with op.batch_alter_table(table, recreate="always", table_kwargs={"sqlite_autoincrement": True}):
                pass
            _go_on_behind(table, remembered_as)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in _TABLES:
            with op.batch_alter_table(table, recreate="always"):
                pass


def _go_on_behind(table: str, remembered_as: str | None) -> None:
    """Let the next id be one that neither a row nor an event has."""
    highest = sa.select(sa.func.coalesce(sa.func.max(sa.column("id")), 0)).select_from(sa.table(table))
    connection = op.get_bind()
    highest_id = connection.execute(highest).scalar_one()
    if remembered_as:
        named = sa.text("SELECT coalesce(max(CAST(json_extract(payload, :path) AS INTEGER)), 0) FROM events")
        highest_id = max(highest_id, connection.execute(named, {"path": f"$.{remembered_as}"}).scalar_one())
    connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table})
    known = {"name": table, "seq": highest_id}
    connection.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), known)
