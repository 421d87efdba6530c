"""The table of how often faces looked how."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.db.base import Base


class ExpressionCountRow(Base):
    """One camera's quarter of an hour: the sum of the counts of `track_scores`, which go earlier."""

    __tablename__ = "expression_counts"
    __table_args__ = (UniqueConstraint("camera_id", "began_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[int] = mapped_column(ForeignKey("cameras.id", ondelete="CASCADE"))
    began_at: Mapped[datetime] = mapped_column(index=True)
    angry: Mapped[int]
    disgust: Mapped[int]
    fear: Mapped[int]
    happy: Mapped[int]
    sad: Mapped[int]
    surprise: Mapped[int]
    neutral: Mapped[int]
