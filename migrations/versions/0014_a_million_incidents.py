"""indexes with which a log of a million incidents is narrowed, sorted and counted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WITH_NOTE = {"sqlite_where": sa.text("note_key != ''"), "postgresql_where": sa.text("note_key != ''")}
_BEFORE = {
    "ix_incidents_camera_id": ["camera_id"],
    "ix_incidents_camera_id_opened_at": ["camera_id", "opened_at"],
    "ix_incidents_outcome_opened_at": ["outcome", "opened_at"],
}
_NOW = {
    "ix_incidents_acknowledged_by_opened_at": ["acknowledged_by", "opened_at"],
    "ix_incidents_resolved_by_opened_at": ["resolved_by", "opened_at"],
    "ix_incidents_camera_name_opened_at": ["camera_name", "opened_at"],
    "ix_incidents_peak_score": ["peak_score"],
    "ix_incidents_resolved_at": ["resolved_at"],
    "ix_incidents_by_camera": [
        "camera_id", "opened_at", "id", "state", "outcome", "emotion", "peak_score", "acknowledged_by",
    ],
    "ix_incidents_by_outcome": ["outcome", "opened_at", "id", "state", "emotion"],
    "ix_incidents_by_emotion": ["emotion", "opened_at", "id", "state"],
}  # fmt: skip


def upgrade() -> None:
    for name, columns in _NOW.items():
        op.create_index(name, "incidents", columns)
    notes = ["opened_at", "id", "note_key", "camera_id", "state", "outcome", "emotion"]
    op.create_index("ix_incidents_notes", "incidents", notes, **_WITH_NOTE)
    for name in _BEFORE:
        op.drop_index(name, table_name="incidents")


def downgrade() -> None:
    for name, columns in _BEFORE.items():
        op.create_index(name, "incidents", columns)
    for name in ("ix_incidents_notes", *_NOW):
        op.drop_index(name, table_name="incidents")
