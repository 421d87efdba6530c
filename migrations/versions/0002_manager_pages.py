"""what the manager's pages need."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_key", sa.String(length=60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("user_id", "name_key", name=op.f("uq_saved_views_user_id_name_key")),
    )
    op.create_table(
        "track_scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("camera_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("points", sa.LargeBinary(), nullable=False),
        sa.Column("angry", sa.Integer(), nullable=False),
        sa.Column("disgust", sa.Integer(), nullable=False),
        sa.Column("fear", sa.Integer(), nullable=False),
        sa.Column("happy", sa.Integer(), nullable=False),
        sa.Column("sad", sa.Integer(), nullable=False),
        sa.Column("surprise", sa.Integer(), nullable=False),
        sa.Column("neutral", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["cameras.id"], name=op.f("fk_track_scores_camera_id_cameras"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_track_scores")),
    )
    with op.batch_alter_table("track_scores", schema=None) as batch_op:
        batch_op.create_index("ix_track_scores_camera_id_started_at", ["camera_id", "started_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_track_scores_quarter"), ["quarter"], unique=False)
        batch_op.create_index(batch_op.f("ix_track_scores_started_at"), ["started_at"], unique=False)

    op.create_table(
        "incident_scores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("points", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_scores_incident_id_incidents"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_scores")),
    )
    with op.batch_alter_table("incident_scores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_scores_incident_id"), ["incident_id"], unique=False)

    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note_key", sa.Text(), server_default="", nullable=False))
        batch_op.create_index("ix_incidents_camera_id_opened_at", ["camera_id", "opened_at"], unique=False)
        batch_op.create_index("ix_incidents_outcome_opened_at", ["outcome", "opened_at"], unique=False)
    _fill_note_keys()


def _fill_note_keys() -> None:
    """Make the notes that are there already searchable, as `storage.incidents` does with new ones."""
    incidents = sa.table("incidents", sa.column("id"), sa.column("note"), sa.column("note_key"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(incidents.c.id, incidents.c.note).where(incidents.c.note != "")).all():
        change = sa.update(incidents).where(incidents.c.id == row.id)
        connection.execute(change.values(note_key=" ".join(row.note.split()).casefold()))


def downgrade() -> None:
    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index("ix_incidents_outcome_opened_at")
        batch_op.drop_index("ix_incidents_camera_id_opened_at")
        batch_op.drop_column("note_key")

    with op.batch_alter_table("incident_scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_scores_incident_id"))

    op.drop_table("incident_scores")
    with op.batch_alter_table("track_scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_track_scores_started_at"))
        batch_op.drop_index(batch_op.f("ix_track_scores_quarter"))
        batch_op.drop_index("ix_track_scores_camera_id_started_at")

    op.drop_table("track_scores")
    op.drop_table("saved_views")
