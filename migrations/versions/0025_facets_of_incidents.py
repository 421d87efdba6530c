"""facets: incidents are narrowed and counted by one number, and sorted by indexes that hold it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FACETS = ("camera_id", "camera_name", "emotion", "state", "outcome", "acknowledged_by", "resolved_by", "is_test")
_WITH_NOTE = {"sqlite_where": sa.text("note_key != ''"), "postgresql_where": sa.text("note_key != ''")}
_BEFORE = {
    "ix_incidents_state_opened_at": ["state", "opened_at"],
    "ix_incidents_acknowledged_by_opened_at": ["acknowledged_by", "opened_at"],
    "ix_incidents_resolved_by_opened_at": ["resolved_by", "opened_at"],
    "ix_incidents_camera_name_opened_at": ["camera_name", "opened_at"],
    "ix_incidents_opened_at": ["opened_at"],
    "ix_incidents_peak_score": ["peak_score"],
    "ix_incidents_by_camera": [
        "camera_id", "opened_at", "id", "state", "outcome", "emotion", "peak_score", "acknowledged_by",
    ],
    "ix_incidents_by_outcome": ["outcome", "opened_at", "id", "state", "emotion"],
    "ix_incidents_by_emotion": ["emotion", "opened_at", "id", "state"],
}  # fmt: skip
_NOTES_BEFORE = ["opened_at", "id", "note_key", "camera_id", "state", "outcome", "emotion"]
_NOW = {
    "ix_incidents_by_time": ["opened_at", "id", "facet_id"],
    "ix_incidents_by_facet": ["facet_id", "opened_at"],
    "ix_incidents_by_score": ["peak_score", "opened_at", "id", "facet_id"],
    "ix_incidents_camera_id_opened_at": ["camera_id", "opened_at"],
}
_NOTES_NOW = ["opened_at", "id", "note_key", "facet_id"]


def upgrade() -> None:
    op.create_table(
        "incident_facets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=True),
        sa.Column("camera_name", sa.String(length=60), nullable=False),
        sa.Column("emotion", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=60), nullable=True),
        sa.Column("resolved_by", sa.String(length=60), nullable=True),
        sa.Column("is_test", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("incidents", sa.Integer(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["cameras.id"], name=op.f("fk_incident_facets_camera_id_cameras"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_facets")),
    )
    op.create_index("ix_incident_facets_key", "incident_facets", ["state", "camera_id", "acknowledged_by", "outcome"])
    op.create_index(op.f("ix_incident_facets_camera_id"), "incident_facets", ["camera_id"])
    # Not in batch mode: a long log need not be written anew.
    op.add_column("incidents", sa.Column("facet_id", sa.Integer(), nullable=True))
    # Before the rows change, so that these do not change with them.
    op.drop_index("ix_incidents_notes", table_name="incidents")
    for name in _BEFORE:
        op.drop_index(name, table_name="incidents")
    _count()
    for name, columns in _NOW.items():
        op.create_index(name, "incidents", columns)
    if _has_index_of_notes():
        op.create_index("ix_incidents_notes", "incidents", _NOTES_NOW, **_WITH_NOTE)


def downgrade() -> None:
    for name in ("ix_incidents_notes", *_NOW) if _has_index_of_notes() else _NOW:
        op.drop_index(name, table_name="incidents")
    op.drop_column("incidents", "facet_id")
    op.drop_table("incident_facets")
    for name, columns in _BEFORE.items():
        op.create_index(name, "incidents", columns)
    op.create_index("ix_incidents_notes", "incidents", _NOTES_BEFORE, **_WITH_NOTE)


def _has_index_of_notes() -> bool:
    """Return whether the database can have it: PostgreSQL refuses to store a long note that is part of an index."""
    return op.get_bind().dialect.name == "sqlite"


def _count() -> None:
    """Count the incidents that are there by what they are like, and have each say so."""
    connection = op.get_bind()
    incidents = sa.table("incidents", *map(sa.column, ("id", "facet_id", *_FACETS)))
    facets = sa.table("incident_facets", *map(sa.column, ("id", "incidents", *_FACETS)))
    like = [incidents.c[name] for name in _FACETS]
    counted = sa.select(*like, sa.func.count()).group_by(*like)
    connection.execute(facets.insert().from_select([*_FACETS, "incidents"], counted))
    same = [facets.c[name].is_not_distinct_from(incidents.c[name]) for name in _FACETS]
    facet = sa.select(sa.func.max(facets.c.id)).where(*same).scalar_subquery()
    connection.execute(incidents.update().values(facet_id=facet))
