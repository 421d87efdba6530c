"""The tables of a cluster: its machines, and whose each camera is."""

from datetime import datetime

from sqlalchemy import Double, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from webapp.storage.db.base import Base


class ClusterNodeRow(Base):
    """A machine that watches cameras. `member` is one run of its worker, and `beat` rises while that is alive."""

    __tablename__ = "cluster_nodes"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    member: Mapped[str] = mapped_column(String(64))
    capacity: Mapped[float] = mapped_column(Double)
    beat: Mapped[int]
    is_draining: Mapped[bool] = mapped_column(server_default=false())
    started_at: Mapped[datetime]
    version: Mapped[str] = mapped_column(String(20))


class CameraOwnerRow(Base):
    """Whose a camera is; whoever writes with an earlier epoch is refused."""

    __tablename__ = "camera_owners"

    camera_id: Mapped[int] = mapped_column(ForeignKey("cameras.id", ondelete="CASCADE"), primary_key=True)
    node: Mapped[str | None] = mapped_column(String(64), index=True)
    epoch: Mapped[int]
    since: Mapped[datetime | None]
    wanted_node: Mapped[str | None] = mapped_column(String(64))
    only_node: Mapped[str | None] = mapped_column(String(64))
