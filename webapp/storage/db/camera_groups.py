"""Groups of cameras in queries of what cameras have seen."""

from sqlalchemy import Select, select

from webapp.domain.cameras.names import name_key
from webapp.storage.db.wall_tables import CameraGroupRow


def cameras_in(group: str) -> Select[int]:
    """Return the query of the ids of the cameras in a group, without regard to case."""
    return select(CameraGroupRow.camera_id).where(CameraGroupRow.name_key == name_key(group))
