"""What a process could not store, in a file beside the heartbeats: there is room when the disk is full or locked."""

from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter

from webapp.domain.alerts.not_stored import StorageState
from webapp.runtime.processes.node_folders import node_folders

_STATE = TypeAdapter(StorageState)
_WELL = StorageState()
_PARTS = ("vision", "housekeeping")


def _path(folder: Path, part: str) -> Path:
    return folder / f"storage-{part}.json"


class StorageNote:
    """One process's note."""

    def __init__(self, folder: Path, part: str) -> None:
        self._path = _path(folder, part)
        self._written: StorageState | None = None

    def write(self, state: StorageState) -> None:
        """Say how it is; where all is well there is no file. A note that cannot be written is no reason to stop."""
        if state == self._written:
            return
        with suppress(OSError):
            self._replace(state)
            self._written = state

    def _replace(self, state: StorageState) -> None:
        if state == _WELL:
            self._path.unlink(missing_ok=True)
            return
        unfinished = self._path.with_suffix(".part")
        unfinished.write_bytes(_STATE.dump_json(state))
        unfinished.replace(self._path)


def read_storage_note(folder: Path, part: str) -> StorageState:
    """Return one process's note; where there is none, all is well."""
    try:
        return _STATE.validate_json(_path(folder, part).read_bytes())
    except (OSError, ValueError):
        return _WELL


class StorageNotes:
    """`StorageWatch` over the notes of all processes, and of other machines' vision."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def state(self) -> StorageState:
        """Return all that waits, and the first fault that one of them has."""
        folders = (self._folder, *node_folders(self._folder))
        states = [read_storage_note(folder, part) for folder in folders for part in _PARTS]
        faults = [state.fault for state in states if state.fault]
        return StorageState(faults[0] if faults else None, tuple(alert for state in states for alert in state.alerts))
