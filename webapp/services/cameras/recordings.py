"""Recordings as cameras: which ones may be named from a browser or over the API."""

from collections.abc import Callable
from typing import TypeAlias

from webapp.errors import CameraUnreachable

# Takes a path as somebody typed it; returns the file's own, or None: it may not be named, is not there, or is no file.
FindRecording: TypeAlias = Callable[[str], str | None]

# The one sentence for all of it: else a browser could ask which files this machine has.
NO_RECORDING = CameraUnreachable(
    "There is no video of this name in the recordings folder: put it there, as MP4, MKV or AVI, and give its name. On "
    "the machine itself 'run.py camera add' takes any file."
)


def any_recording(path: str) -> str:
    """Return the path as it is: for the command line, whose user has the machine anyway."""
    return path
