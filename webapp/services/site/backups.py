"""Backups: asked for by an admin, made by housekeeping, restored on the command line."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from webapp.domain.events import Event, EventKind
from webapp.domain.site.backups import BackupKind
from webapp.domain.site.retention import RetentionRule
from webapp.services.ports import Clock, UnitOfWorkFactory

WANTED_SETTING = "backup_wanted"
FAILURE_SETTING = "backup_failure"
# So long before the last backup goes the page says so.
WARNING_BEFORE = timedelta(days=3)


@dataclass(frozen=True)
class Backup:
    """One backup in the data folder.

    Attributes:
        name: of its file.
        made_at: when.
        size_bytes: of its file.
        kind: what it holds.
    """

    name: str
    made_at: datetime
    size_bytes: int
    kind: BackupKind


class BackupStore(Protocol):
    """Makes and keeps backups."""

    def kinds(self) -> Sequence[BackupKind]:
        """Return what can be made, the usual one first."""

    def make(self, kind: BackupKind, at: datetime, on_progress: Callable[[], None]) -> Backup:
        """Copy what belongs to a kind of backup, while Amends runs; `on_progress` is called again and again.

        Raises:
            BackupFailed: the database cannot be copied so, there is no passphrase, or there is no room.
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

    def remove_leftovers(self, before: datetime) -> Sequence[str]:
        """Delete what restores have put aside before a time, and what was never finished.

        Returns:
            The names of what restores had put aside.
        """


@dataclass(frozen=True)
class BackupRequest:
    """What an admin asked for."""

    by: str
    at: str
    kind: str = ""


@dataclass(frozen=True)
class BackupService:
    """The use cases around backups.

    Attributes:
        unit_of_work: opens transactions.
        store: the backups as files.
        clock: the time of day.
        rule: returns for how many days what is kept.
    """

    unit_of_work: UnitOfWorkFactory
    store: BackupStore
    clock: Clock
    rule: Callable[[], RetentionRule]

    def ask(self, actor: str, kind: BackupKind | None = None) -> None:
        """Ask housekeeping for a backup, of the usual kind unless said; once is enough."""
        with self.unit_of_work() as work:
            wanted = BackupRequest(actor, self.clock.now().isoformat(), kind or "")
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
            backup = self.make(request.by, on_progress, BackupKind(request.kind) if request.kind else None)
        except Exception as error:
            self._done(f"{error}")
            raise
        self._done("")
        return backup

    def make(
        self, actor: str | None, on_progress: Callable[[], None] = lambda: None, kind: BackupKind | None = None
    ) -> Backup:
        """Make a backup now, of the usual kind unless said.

        Raises:
            BackupFailed: it could not be made.
        """
        backup = self.store.make(kind or self.store.kinds()[0], self.clock.now(), on_progress)
        self.note(EventKind.BACKUP_MADE, actor, backup.name)
        return backup

    def remove(self, name: str, actor: str | None) -> None:
        """Delete a backup.

        Raises:
            NotFound: there is none of this name.
        """
        self.store.remove(name)
        self.note(EventKind.BACKUP_REMOVED, actor, name)

    def expire(self) -> Sequence[str]:
        """Delete what has been kept long enough: backups, the last one too, and what restores have put aside.

        Returns:
            The names of what was deleted.
        """
        rule, now = self.rule(), self.clock.now()
        old = [one.name for one in self.store.list() if one.kind.expires_at(one.made_at, rule) <= now]
        for name in old:
            self.store.remove(name)
        gone = [*old, *self.store.remove_leftovers(now - timedelta(days=rule.snapshots))]
        for name in gone:
            self.note(EventKind.BACKUP_REMOVED, None, name)
        return gone

    def last_goes_at(self) -> datetime | None:
        """Return when no backup is left, if that is soon and nobody makes another one."""
        rule = self.rule()
        ends = [one.kind.expires_at(one.made_at, rule) for one in self.store.list()]
        return max(ends) if ends and max(ends) - self.clock.now() < WARNING_BEFORE else None

    def note(self, kind: EventKind, actor: str | None, name: str) -> None:
        """Put what happened to a backup into the audit trail."""
        with self.unit_of_work() as work:
            work.events.append(Event(kind, self.clock.now(), {"backup": name}, actor))
            work.commit()

    def _done(self, failure: str) -> None:
        with self.unit_of_work() as work:
            work.settings.put(WANTED_SETTING, "")
            work.settings.put(FAILURE_SETTING, failure)
            work.commit()
