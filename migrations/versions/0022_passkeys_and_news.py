"""up to which version a person has read what is new.

Who is there already has read nothing of what came after the first version.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # Not in batch mode: the table is not built anew, so its ids go on where they are.
    op.add_column("users", sa.Column("seen_release", sa.String(length=20), server_default="0.1.0", nullable=False))


def downgrade() -> None:
    op.drop_column("users", "seen_release")
