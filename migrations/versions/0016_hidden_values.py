"""the secret values inside a camera's address, encrypted; names are compared in Unicode's composed form.

What an earlier version stored of secrets in clear is sealed at the next opening: a migration has no key.
"""

import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
# Whose names are compared; within what they are unique.
_NAMED = {
    "cameras": "id > 0",
    "users": "id > 0",
    "saved_views": "user_id = (SELECT user_id FROM saved_views WHERE id = :id)",
}


def upgrade() -> None:
    # Not in batch mode: a table that is built anew leaves what it held in the pages that become free.
    op.add_column("cameras", sa.Column("encrypted_hidden", sa.LargeBinary(), nullable=True))
    for table, among in _NAMED.items():
        _compose_keys(table, among)


def downgrade() -> None:
    op.drop_column("cameras", "encrypted_hidden")


def _compose_keys(table: str, among: str) -> None:
    """Compose the keys of names; where two would be one from now on, both stay as they are."""
    connection = op.get_bind()
    # The names of the tables are our own.
    read = f"SELECT id, name_key FROM {table}"  # noqa: S608
    is_free = f"NOT EXISTS (SELECT * FROM {table} WHERE name_key = :key AND {among})"  # noqa: S608
    write = f"UPDATE {table} SET name_key = :key WHERE id = :id AND {is_free}"  # noqa: S608
    for row_id, key in connection.execute(sa.text(read)).all():
        composed = unicodedata.normalize("NFC", key)
        if composed != key:
            connection.execute(sa.text(write), {"key": composed, "id": row_id})
