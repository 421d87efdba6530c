"""The table of the alerts' clips."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.db.base import Base


class ClipRow(Base):
    """An incident's clip; its file is one of the pictures', with which it goes.

    `scores` are those of its face: a second of the clip, the score then, the next second, and so on.
    """

    __tablename__ = "clips"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"), unique=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshots.id", ondelete="CASCADE"), unique=True)
    scores: Mapped[list[float]]
