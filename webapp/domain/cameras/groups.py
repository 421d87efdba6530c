"""Groups of cameras: names that an admin gives them, such as a floor or a team; a camera may be in several."""

from collections.abc import Iterable, Sequence

from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.names import check_visible, name_key, tidy_name
from webapp.errors import InputInvalid

MAX_GROUP_LENGTH = 40
MAX_GROUPS = 8
# In a form groups stand in one line.
_BETWEEN = ","


def split_groups(text: str) -> tuple[str, ...]:
    """Return the groups that stand in one line, separated by commas, as they were typed."""
    return tuple(part for part in map(tidy_name, text.split(_BETWEEN)) if part)


def parse_groups(typed: Iterable[str], known: Iterable[str] = ()) -> tuple[str, ...]:
    """Return groups as they are kept: each once, in order, and spelt as a group that there is already.

    Args:
        typed: as a person wrote them.
        known: the groups of all cameras.

    Raises:
        InputInvalid: they are too many, one is too long, or one holds what cannot be in a name.
    """
    spelling = {name_key(name): name for name in known}
    names: dict[str, str] = {}
    for name in filter(None, map(tidy_name, typed)):
        names.setdefault(name_key(name), spelling.get(name_key(name), name))
    for name in names.values():
        _check(name)
    if len(names) > MAX_GROUPS:
        raise InputInvalid(
            "Expected at most %(most)s groups, got %(count)s.", most=MAX_GROUPS, count=len(names), field="groups"
        )
    return tuple(names[key] for key in sorted(names))


def group_names(cameras: Iterable[Camera]) -> Sequence[str]:
    """Return the groups of some cameras, in order; a group is there as long as a camera is in it."""
    return sorted({name for camera in cameras for name in camera.groups}, key=name_key)


def is_in_group(camera: Camera, group: str) -> bool:
    """Return whether a camera is in a group, without regard to case; each is in the group of all, the empty text."""
    return not group or name_key(group) in map(name_key, camera.groups)


def _check(name: str) -> None:
    check_visible(name, "groups")
    if len(name) > MAX_GROUP_LENGTH:
        raise InputInvalid(
            "Expected the name of a group to have at most %(most)s characters, got %(count)s.",
            most=MAX_GROUP_LENGTH,
            count=len(name),
            field="groups",
        )
    if _BETWEEN in name:
        raise InputInvalid("Expected the name of a group without a comma, which separates groups.", field="groups")
