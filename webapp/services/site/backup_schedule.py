"""Backups that are made by themselves: set by an admin, made by housekeeping."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from webapp.domain.site.backup_schedule import BackupCopy, BackupSchedule, ScheduledBackups
from webapp.domain.site.backups import BackupKind
from webapp.errors import BackupFailed, InputInvalid, NotFound
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWorkFactory
from webapp.services.site.backups import Backup, BackupService
from webapp.services.stored_rules import StoredRule

SCHEDULE_SETTING = "backup schedule"
STATE_SETTING = "backup_schedule_state"
_RULE = StoredRule(SCHEDULE_SETTING, BackupSchedule())
_TIMES = ("since", "done_slot", "made_slot", "made_at", "failed_at")


class BackupFolderStore(Protocol):
    """Folders elsewhere that may get copies."""

    def names(self) -> Sequence[str]:
        """Return which there are."""

    def copy(self, name: str, folder: str, on_progress: Callable[[], None]) -> None:
        """Copy the backup of a name into a folder.

        Raises:
            BackupFailed: the folder is away, or full.
        """

    def remove(self, folder: str, name: str) -> bool:
        """Delete a copy; tell whether it is gone, as it is not while its folder is away."""


@dataclass(frozen=True)
class BackupScheduleService:
    """The use cases around scheduled backups.

    Attributes:
        unit_of_work: opens transactions.
        backups: makes them.
        folders: get copies.
        clock: the time of day.
        zone: returns whose clocks the schedule means.
    """

    unit_of_work: UnitOfWorkFactory
    backups: BackupService
    folders: BackupFolderStore
    clock: Clock
    zone: Callable[[], ZoneInfo]

    def schedule(self) -> BackupSchedule:
        """Return what holds."""
        with self.unit_of_work.reading() as work:
            return _RULE.read(work)

    def state(self) -> ScheduledBackups:
        """Return what became of it."""
        with self.unit_of_work.reading() as work:
            return _state(work)

    def next_at(self) -> datetime | None:
        """Return when the next one is made; None where none ever is."""
        return self.schedule().next_slot(self.clock.now(), self.zone())

    def change(self, schedule: BackupSchedule, actor: str) -> None:
        """Let another schedule hold from now on.

        Raises:
            InputInvalid: this installation cannot make that kind, or has no such folder.
        """
        kinds = self.backups.store.kinds()
        if schedule.kind and schedule.kind not in kinds:
            raise InputInvalid("Expected a kind of backup, got '%(kind)s'.", kind=str(schedule.kind), field="kind")
        if schedule.folder and schedule.folder not in self.folders.names():
            raise InputInvalid("There is no folder '%(name)s' for backups.", name=schedule.folder[:60], field="folder")
        with self.unit_of_work() as work:
            _RULE.change(work, schedule, self.clock.now(), actor)
            state = replace(_state(work), since=self.clock.now(), failed_at=None, failure="", tries=0)
            work.settings.put(STATE_SETTING, _stored(state))
            work.commit()

    def make_due(self, on_progress: Callable[[], None]) -> Backup | None:
        """Make the backup that is planned, if one is; also the one that was missed while the machine was off.

        Raises:
            BackupFailed: it could not be made or copied; it is said on the pages and tried again.
        """
        schedule, state, now = self.schedule(), self.state(), self.clock.now()
        slot = state.due_slot(schedule, now, self.zone())
        if slot is None:
            return None
        try:
            return self._make(schedule, slot, on_progress)
        except Exception as error:
            self._keep(self.state().tried_in_vain(self.clock.now(), f"{error}"))
            raise

    def expire_copies(self) -> None:
        """Delete copies that have been kept long enough, by retention's rule; those of a folder that is away, later."""
        rule, now = self.backups.rule(), self.clock.now()
        self._forget_copies(lambda copy: copy.kind.expires_at(copy.made_at, rule) <= now)

    def _make(self, schedule: BackupSchedule, slot: datetime, on_progress: Callable[[], None]) -> Backup:
        backup = self._made_before(slot) or self._made_now(schedule, slot, on_progress)
        if schedule.folder:
            self.folders.copy(backup.name, schedule.folder, on_progress)
            copy, state = BackupCopy(schedule.folder, backup.name, backup.kind, backup.made_at), self.state()
            self._keep(replace(state, copies=[*(one for one in state.copies if one != copy), copy]))
        self._keep(self.state().done(slot))
        self._remove_surplus(schedule.keep)
        return backup

    def _made_before(self, slot: datetime) -> Backup | None:
        """Return the backup of this planned time where only its copy failed."""
        state = self.state()
        made = [one for one in self.backups.store.list() if state.made_slot == slot and one.name == state.name]
        return made[0] if made else None

    def _made_now(self, schedule: BackupSchedule, slot: datetime, on_progress: Callable[[], None]) -> Backup:
        kind = BackupKind(schedule.kind) if schedule.kind else None
        if kind and kind not in self.backups.store.kinds():
            raise BackupFailed(
                "The kind '%(kind)s' of the schedule cannot be made here any more: choose another one.", kind=kind
            )
        backup = self.backups.make(None, on_progress, kind)
        self._keep(self.state().made(slot, self.clock.now(), backup.name))
        return backup

    def _remove_surplus(self, keep: int) -> None:
        """Delete the oldest of the scheduled ones; those that somebody asked for stay for as long as retention says."""
        state = self.state()
        for name in state.names[:-keep]:
            try:
                self.backups.remove(name, None)
            except NotFound:  # Somebody or retention was here first.
                continue
        self._keep(replace(state, names=state.names[-keep:]))
        kept = set(state.names[-keep:])
        self._forget_copies(lambda copy: copy.name not in kept)

    def _forget_copies(self, is_over: Callable[[BackupCopy], bool]) -> None:
        gone = [one for one in self.state().copies if is_over(one) and self.folders.remove(one.folder, one.name)]
        if gone:
            state = self.state()
            self._keep(replace(state, copies=[one for one in state.copies if one not in gone]))

    def _keep(self, state: ScheduledBackups) -> None:
        with self.unit_of_work() as work:
            work.settings.put(STATE_SETTING, _stored(state))
            work.commit()


def _state(work: ReadUnitOfWork) -> ScheduledBackups:
    stored = work.settings.get(STATE_SETTING)
    return _from_stored(json.loads(stored)) if stored else ScheduledBackups()


def _stored(state: ScheduledBackups) -> str:
    return json.dumps(asdict(state), default=datetime.isoformat)


def _from_stored(fields: dict[str, Any]) -> ScheduledBackups:
    times = {name: datetime.fromisoformat(fields[name]) if fields[name] else None for name in _TIMES}
    copies = [
        BackupCopy(**{**one, "kind": BackupKind(one["kind"]), "made_at": datetime.fromisoformat(one["made_at"])})
        for one in fields["copies"]
    ]
    return ScheduledBackups(**{**fields, **times, "names": tuple(fields["names"]), "copies": copies})
