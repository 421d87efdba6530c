"""why a camera is offline as a message with its values, and closed cameras as a state with a time."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_BEFORE = ("connecting", "online", "offline", "disabled")
_STATES = ("connecting", "online", "closed", "offline", "disabled")
_cameras = sa.table(
    "cameras",
    sa.column("id", sa.Integer),
    sa.column("state", sa.String),
    sa.column("state_reason", sa.String),
    sa.column("reason", sa.JSON),
)


def upgrade() -> None:
    with op.batch_alter_table("cameras", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("opens_at", sa.DateTime(), nullable=True))
    _keep_sentences()
    with op.batch_alter_table("cameras", schema=None) as batch_op:
        batch_op.drop_column("state_reason")
        batch_op.drop_constraint(batch_op.f("ck_cameras_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_cameras_state"), _one_of(_STATES))


def downgrade() -> None:
    with op.batch_alter_table("cameras", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state_reason", sa.String(length=255), server_default="", nullable=False))
    _write_sentences()
    with op.batch_alter_table("cameras", schema=None) as batch_op:
        batch_op.alter_column("state_reason", server_default=None)
        batch_op.drop_column("opens_at")
        batch_op.drop_column("reason")
        batch_op.drop_constraint(batch_op.f("ck_cameras_state"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_cameras_state"), _one_of(_BEFORE))


def _one_of(states: Sequence[str]) -> str:
    return f"state IN ({', '.join(map(repr, states))})"


def _keep_sentences() -> None:
    """Keep why a camera is offline as it was said; of a closed camera vision says anew until when."""
    connection = op.get_bind()
    offline = sa.select(_cameras.c.id, _cameras.c.state_reason).where(_cameras.c.state == "offline")
    for camera_id, sentence in connection.execute(offline).all():
        if sentence:
            reason = {"code": "camera_failed", "text": sentence, "values": {}}
            connection.execute(sa.update(_cameras).where(_cameras.c.id == camera_id).values(reason=reason))


def _write_sentences() -> None:
    connection = op.get_bind()
    for camera_id, reason in connection.execute(sa.select(_cameras.c.id, _cameras.c.reason)).all():
        if reason:
            sentence = (reason["text"] % reason["values"] if reason["values"] else reason["text"])[:255]
            connection.execute(sa.update(_cameras).where(_cameras.c.id == camera_id).values(state_reason=sentence))
    connection.execute(sa.update(_cameras).where(_cameras.c.state == "closed").values(state="online"))
