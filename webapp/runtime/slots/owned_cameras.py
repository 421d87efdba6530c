"""Which cameras this machine analyses for the cluster, and since which change of owner.

Vision writes it, before it opens a camera and after it has left one: the relay keeps off the slots of these.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

_NAME = "owned.json"


@dataclass(frozen=True)
class OwnedCameras:
    """The cameras of one machine.

    Attributes:
        node: the machine's name in the cluster.
        cameras: id of each camera → its epoch, which counts up whenever its owner changes.
    """

    node: str
    cameras: Mapping[int, int] = field(default_factory=dict)


_OWNED = TypeAdapter(OwnedCameras)


def write_owned_cameras(slots_dir: Path, owned: OwnedCameras) -> None:
    """Say which cameras are this machine's; a full disk is no reason to stop."""
    path = slots_dir / _NAME
    unfinished = path.with_suffix(".part")
    with suppress(OSError):
        unfinished.write_bytes(_OWNED.dump_json(owned))
        unfinished.replace(path)


def read_owned_cameras(slots_dir: Path) -> OwnedCameras | None:
    """Return what vision said last; None where it has said nothing, as on one box."""
    try:
        return _OWNED.validate_json((slots_dir / _NAME).read_bytes())
    except (OSError, ValueError):
        return None
