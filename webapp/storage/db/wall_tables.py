"""The tables of walls of cameras: groups, and screens that show them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.db.base import Base
from webapp.storage.db.tables import NEVER_REUSED


class CameraGroupRow(Base):
    """That a camera is in a group. `name_key` is the name as it is compared."""

    __tablename__ = "camera_groups"

    camera_id: Mapped[int] = mapped_column(ForeignKey("cameras.id", ondelete="CASCADE"), primary_key=True)
    name_key: Mapped[str] = mapped_column(String(120), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(String(40))


class WallScreenRow(Base):
    """A screen on a wall; the link's code and the cookie's secret are kept as hashes."""

    __tablename__ = "wall_screens"
    __table_args__ = NEVER_REUSED

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    group_name: Mapped[str] = mapped_column(String(40))
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    link_ends_at: Mapped[datetime | None]
    secret_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(120))
    paired_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
