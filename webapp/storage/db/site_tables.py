"""The tables of what is on record about the site."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.site.site_records import RecordKind
from webapp.storage.db.base import Base, one_of
from webapp.storage.db.tables import NEVER_REUSED


class SiteRecordRow(Base):
    """One thing put on record; rows are only ever added. It outlives its camera: the content holds the name."""

    __tablename__ = "site_records"
    __table_args__ = (one_of("kind", RecordKind), NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    camera_id: Mapped[int | None] = mapped_column(ForeignKey("cameras.id", ondelete="SET NULL"), index=True)
    content: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(60))
