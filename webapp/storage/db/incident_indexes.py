"""The indexes of the incidents: a million are narrowed, sorted and counted without reading the rows themselves.

What a list is narrowed by is one number in each of them, `facet_id`; see `IncidentFacetRow`. `id` stands behind the
time, as that is the order of a list; where the time is the last column, SQLite has the id behind it anyway.
"""

from sqlalchemy import Index, text

_BY_TIME = ("opened_at", "id")
_HAS_NOTE = text("note_key != ''")
_COLUMNS = {
    "ix_incidents_by_time": (*_BY_TIME, "facet_id"),
    "ix_incidents_by_facet": ("facet_id", "opened_at"),
    "ix_incidents_by_score": ("peak_score", *_BY_TIME, "facet_id"),
    "ix_incidents_camera_id_opened_at": ("camera_id", "opened_at"),
}
# Read by the environment of the migrations, for the comparison with the database.
ON_SQLITE_ALONE = {"only_on": "sqlite"}
_OF_NOTES = (*_BY_TIME, "note_key", "facet_id")


def incident_indexes() -> list[Index]:
    """Return them, new, for one table."""
    # PostgreSQL refuses to store a text of more than 2.7 kB that is part of an index.
    notes = Index("ix_incidents_notes", *_OF_NOTES, sqlite_where=_HAS_NOTE, info=ON_SQLITE_ALONE)
    return [*(Index(name, *columns) for name, columns in _COLUMNS.items()), notes]
