"""The indexes of the incidents: a million are narrowed, sorted and counted without reading the rows themselves.

The wide ones hold all that a list is narrowed by. `id` stands behind the time, as that is the order of a list; where
the time is the last column, SQLite has the id behind it anyway.
"""

from sqlalchemy import Index, text

_BY_TIME = ("opened_at", "id")
_HAS_NOTE = text("note_key != ''")
# fmt: off
_COLUMNS = {
    "ix_incidents_state_opened_at": ("state", "opened_at"),
    "ix_incidents_acknowledged_by_opened_at": ("acknowledged_by", "opened_at"),
    "ix_incidents_resolved_by_opened_at": ("resolved_by", "opened_at"),
    "ix_incidents_camera_name_opened_at": ("camera_name", "opened_at"),
    "ix_incidents_by_camera": (
        "camera_id", *_BY_TIME, "state", "outcome", "emotion", "peak_score", "acknowledged_by",
    ),
    "ix_incidents_by_outcome": ("outcome", *_BY_TIME, "state", "emotion"),
    "ix_incidents_by_emotion": ("emotion", *_BY_TIME, "state"),
}
_OF_NOTES = (*_BY_TIME, "note_key", "camera_id", "state", "outcome", "emotion")
# fmt: on


def incident_indexes() -> list[Index]:
    """Return them, new, for one table."""
    notes = Index("ix_incidents_notes", *_OF_NOTES, sqlite_where=_HAS_NOTE, postgresql_where=_HAS_NOTE)
    return [*(Index(name, *columns) for name, columns in _COLUMNS.items()), notes]
