"""What is counted beside what it is counted of: how often faces looked how, and incidents for lists and figures."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
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


class IncidentFacetRow(Base):
    """All that lists narrow incidents by, but for time and words, and how many `incidents` are like that.

    Each incident names its own, in the same transaction in which it becomes like that. There are a few thousand where
    there are a million incidents: the latter are counted by adding up the former. Two rows may say the same.
    """

    __tablename__ = "incident_facets"
    __table_args__ = (Index("ix_incident_facets_key", "state", "camera_id", "acknowledged_by", "outcome"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    camera_id: Mapped[int | None] = mapped_column(ForeignKey("cameras.id", ondelete="SET NULL"), index=True)
    camera_name: Mapped[str] = mapped_column(String(60))
    emotion: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str | None] = mapped_column(String(16))
    acknowledged_by: Mapped[str | None] = mapped_column(String(60))
    resolved_by: Mapped[str | None] = mapped_column(String(60))
    is_test: Mapped[bool] = mapped_column(server_default=false())
    incidents: Mapped[int] = mapped_column(server_default="0")


class IncidentDayRow(Base):
    """One camera's incidents of one day in UTC, added up; `content` is as `storage.alerts.incident_days` says.

    Whatever changes an incident of a day deletes the day's rows, in the same transaction, and it is added up again
    later. The row without a name says that the day is added up, also where nothing happened.
    """

    __tablename__ = "incident_days"

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = mapped_column(index=True)
    camera_id: Mapped[int | None] = mapped_column(ForeignKey("cameras.id", ondelete="SET NULL"), index=True)
    camera_name: Mapped[str] = mapped_column(String(60))
    content: Mapped[bytes]
