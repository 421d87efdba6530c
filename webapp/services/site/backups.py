"""Backups: asked for by an admin, made by housekeeping, restored on the command line."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from webapp.domain.events import Event, EventKind
from webapp.services.ports import Clock, UnitOfWorkFactory

WANTED_SETTING = "backup_wanted"
FAILURE_SETTING = "backup_failure"


@dataclass(frozen=True)
class Backup:
    """One backup in the data folder.

    Attributes:
        name: of its file.
        made_at: when.
        size_bytes: of its file.
    """

    name: str
    made_at: datetime
    size_bytes: int


class BackupStore(Protocol):
    """Makes and keeps backups."""

    def make(self, at: datetime, on_progress: Callable[[], None]) -> Backup:
        """Copy database, pictures and keys, while Amends runs; `on_progress` is called again and again.

        Raises:
            BackupFailed: the database cannot be copied so, or there is no room.
        """

    def list(self) -> Sequence[Backup]:
        """Return the backups, the newest first."""

    def path(self, name: str) -> Path:
        """Return the file of a backup.

        Raises:
            NotFound: there is none of this name.
        """

    def remove(self, name: str) -> None:
        """Delete a backup.

        Raises:
            NotFound: there is none of this name.
        """


@dataclass(frozen=True)
class BackupRequest:
    """What an admin asked for."""

    by: str
    at: str


@dataclass(frozen=True)
class BackupService:
    """The use cases around backups."""

    unit_of_work: UnitOfWorkFactory
    store: BackupStore
    clock: Clock

    def ask(self, actor: str) -> None:
        """Ask housekeeping for a backup; once is enough."""
        with self.unit_of_work() as work:
            wanted = BackupRequest(actor, self.clock.now().isoformat())
            work.settings.put(WANTED_SETTING, json.dumps(asdict(wanted)))
            work.settings.put(FAILURE_SETTING, "")
            work.commit()

    def wanted(self) -> BackupRequest | None:
        """Return what was asked for and is not done yet."""
        with self.unit_of_work.reading() as work:
            stored = work.settings.get(WANTED_SETTING)
        return BackupRequest(**json.loads(stored)) if stored else None

    def failure(self) -> str:
        """Return why the last one that was asked for was not made; empty where it was."""
        with self.unit_of_work.reading() as work:
            return work.settings.get(FAILURE_SETTING) or ""

    def make_wanted(self, on_progress: Callable[[], None]) -> Backup | None:
        """Make the backup that was asked for, if one was.

        Raises:
            BackupFailed: it could not be made; the reason is kept for the page, and nobody asks any longer.
        """
        request = self.wanted()
        if request is None:
            return None
        try:
            backup = self.make(request.by, on_progress)
        except Exception as error:
            self._done(f"{error}")
            raise
        self._done("")
        return backup

    def make(self, actor: str, on_progress: Callable[[], None] = lambda: None) -> Backup:
        """Make a backup now.

        Raises:
            BackupFailed: it could not be made.
        """
        backup = self.store.make(self.clock.now(), on_progress)
        self.note(EventKind.BACKUP_MADE, actor, backup.name)
        return backup

    def remove(self, name: str, actor: str) -> None:
        """Delete a backup.

        Raises:
            NotFound: there is none of this name.
        """
        self.store.remove(name)
        self.note(EventKind.BACKUP_REMOVED, actor, name)

    def note(self, kind: EventKind, actor: str, name: str) -> None:
        """Put what happened to a backup into the audit trail."""
        with self.unit_of_work() as work:
            work.events.append(Event(kind, self.clock.now(), {"backup": name}, actor))
            work.commit()

    def _done(self, failure: str) -> None:
        with self.unit_of_work() as work:
            work.settings.put(WANTED_SETTING, "")
            work.settings.put(FAILURE_SETTING, failure)
            work.commit()
