"""the secret values inside a camera's address, encrypted.

What an earlier version stored of them in clear is sealed at the next opening: a migration has no key.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Not in batch mode: a table that is built anew leaves what it held in the pages that become free.
    op.add_column("cameras", sa.Column("encrypted_hidden", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("cameras", "encrypted_hidden")
