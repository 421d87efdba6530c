"""Where the notes of other machines are, beside those of this one: a folder for each, which the relay fills."""

from collections.abc import Sequence
from pathlib import Path

_NAME = "nodes"


def node_folder(folder: Path, node: str) -> Path:
    """Return the folder of another machine's notes.

    Args:
        folder: where this machine's own are.
        node: the machine's name in the cluster.
    """
    return folder / _NAME / node


def node_folders(folder: Path) -> Sequence[Path]:
    """Return the folders of all other machines that have told of themselves; none on one box."""
    return sorted((folder / _NAME).glob("*"))
