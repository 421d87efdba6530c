"""What a change of a camera is checked for, and what the audit trail says of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.groups import group_names, parse_groups
from webapp.domain.events import changed
from webapp.errors import AlreadyExists
from webapp.services.cameras.camera_settings import CameraForm
from webapp.services.ports import ReadUnitOfWork


def said_of_change(before: Camera, after: Camera, form: CameraForm | None = None) -> dict[str, Any]:
    """Return what was and what is, without the address: some cameras want a password inside it."""
    fields = [
        {"name": one.name, "place": one.place, "groups": list(one.groups), "enabled": one.enabled}
        for one in (before, after)
    ]
    is_typed = form is not None and (form.password is not None or form.url.strip() != before.url)
    is_other = (before.url, before.username) != (after.url, after.username) or is_typed
    return {**changed(*fields), **({"connection_changed": True} if is_other else {})}


def is_called_anew(before: Camera, after: Camera) -> bool:
    """Return whether more than the groups of a camera has changed: then vision calls it anew."""
    return replace(after, groups=before.groups) != before


def grouped(work: ReadUnitOfWork, camera: Camera, groups: Sequence[str] | None) -> Camera:
    """Return a camera in the groups that somebody typed; None leaves those that it is in.

    Raises:
        InputInvalid: they cannot be used.
    """
    if groups is None:
        return camera
    return replace(camera, groups=parse_groups(groups, known=group_names(work.cameras.list())))


def check_free(work: ReadUnitOfWork, camera: Camera) -> None:
    """Refuse a name that another camera has.

    Raises:
        AlreadyExists: the name is taken.
    """
    other = work.cameras.find(camera.name)
    if other is not None and other.camera_id != camera.camera_id:
        raise AlreadyExists(
            "A camera is already called '%(name)s'; choose another name.", name=other.name, field="name"
        )
