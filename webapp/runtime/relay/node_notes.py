"""What a machine could not store yet and how its model is, on its way to the pages of the others."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from webapp.domain.alerts.not_stored import StorageState
from webapp.runtime.processes.node_folders import node_folder, node_folders
from webapp.runtime.processes.status_files import (
    read_model_problem,
    read_waiting,
    read_waiting_pictures,
    write_model_problem,
    write_waiting,
    write_waiting_pictures,
)
from webapp.runtime.processes.storage_notes import StorageNote, read_storage_note
from webapp.runtime.relay.messages import Head, RelayedValue, ValueKind, Version, value_name
from webapp.runtime.relay.mirrored_cameras import Wanted
from webapp.runtime.relay.own_cameras import AGAIN_S
from webapp.runtime.relay.pace import Pace
from webapp.runtime.relay.shared_time import SharedTime
from webapp.services.model.model_problem import ModelProblem
from webapp.services.site.system import Waiting, WaitingPictures

_LOOKS_S = 0.25
# What all parts of a machine could not store is one note elsewhere.
_PART = "vision"


@dataclass(frozen=True)
class NodeNotes:
    """The notes of one machine."""

    storage: StorageState = field(default_factory=StorageState)
    waiting: Waiting = field(default_factory=Waiting)
    pictures: WaitingPictures = field(default_factory=WaitingPictures)
    problem: ModelProblem | None = None


_NOTES = TypeAdapter(NodeNotes)


@dataclass
class OwnNotes:
    """The end of the machine whose they are.

    Attributes:
        folder: where the heartbeats are.
        time: the clock that all relays share.
    """

    folder: Path
    time: SharedTime
    _told: bytes = b""
    _told_s: float = -AGAIN_S
    _pace: Pace = field(default_factory=lambda: Pace(_LOOKS_S))
    _version: Version | None = None

    def news(self) -> tuple[Version | None, dict[str, bytes]]:
        """Return which notes are the newest, and themselves where they are new."""
        now_s = self.time.now_s()
        if not self._pace.is_due(self.time.monotonic_s()):
            return self._version, {}
        encoded = _NOTES.dump_json(self._read())
        if encoded == self._told and now_s - self._told_s < AGAIN_S:
            return self._version, {}
        self._told, self._told_s = encoded, now_s
        self._version = Version(int(now_s * 1000), round(now_s, 4))
        return self._version, {value_name(ValueKind.NOTES): RelayedValue(self._version, encoded).encoded()}

    def _read(self) -> NodeNotes:
        storage = read_storage_note(self.folder, _PART)
        waiting, pictures = read_waiting(self.folder), read_waiting_pictures(self.folder)
        return NodeNotes(storage, waiting, pictures, read_model_problem(self.folder))


@dataclass
class NotesOfOthers:
    """The end of the other machines: a folder for each, in which the same files are.

    Attributes:
        folder: where the heartbeats are.
    """

    folder: Path
    _taken: dict[str, Version] = field(default_factory=dict)
    _known: frozenset[str] | None = None

    def wanted(self, heads: Mapping[str, Head]) -> Iterator[Wanted]:
        """Yield what is to be fetched; of a machine that is gone nothing is left."""
        if frozenset(heads) != self._known:
            self._known = frozenset(heads)
            for gone in [path for path in node_folders(self.folder) if path.name not in heads]:
                shutil.rmtree(gone, ignore_errors=True)
                self._taken.pop(gone.name, None)
        for node, head in heads.items():
            if head.notes is not None and self._taken.get(node) != head.notes:
                yield Wanted(node, ValueKind.NOTES, 0, head.notes)

    def take(self, wanted: Wanted, encoded: bytes) -> None:
        """Write what was fetched.

        Raises:
            ValueError: they are no notes.
            OSError: there is no room for them.
        """
        value = RelayedValue.decoded(encoded, ValueKind.NOTES)
        notes = _NOTES.validate_json(value.meta)
        folder = node_folder(self.folder, wanted.node)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        StorageNote(folder, _PART).write(notes.storage)
        write_waiting(folder, notes.waiting)
        write_waiting_pictures(folder, notes.pictures)
        write_model_problem(folder, notes.problem)
        self._taken[wanted.node] = value.version
