"""Which cameras' slots are written by the relay: another machine analyses them, and local vision leaves them alone."""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

_KIND = "relayed-"


def mark_relayed(slots_dir: Path, camera_id: int) -> None:
    """Say that a camera's slots come from another machine.

    Raises:
        OSError: there is no room for it.
    """
    (slots_dir / f"{_KIND}{camera_id}").touch(mode=0o600)


def unmark_relayed(slots_dir: Path, camera_id: int) -> None:
    """Say that they do no more; where nothing was said this does nothing."""
    (slots_dir / f"{_KIND}{camera_id}").unlink(missing_ok=True)


def relayed_cameras(slots_dir: Path) -> Collection[int]:
    """Return the ids of all cameras whose slots come from another machine."""
    return camera_ids_of(slots_dir, _KIND)


def camera_ids_of(slots_dir: Path, kind: str) -> set[int]:
    """Return the ids of all cameras that have a file of one kind.

    Args:
        slots_dir: folder of the frame slots.
        kind: what the files' names begin with, such as `live-`.
    """
    found = set()
    for path in slots_dir.glob(f"{kind}*"):
        with suppress(ValueError):  # One that is just being written.
            found.add(int(path.name.removeprefix(kind)))
    return found
