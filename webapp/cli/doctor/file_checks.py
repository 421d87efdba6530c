"""The data folder: whose it is, who else may read it, its keys, its backups."""

import gzip
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from webapp.cli.doctor.database_checks import asked
from webapp.cli.doctor.findings import Finding, Level
from webapp.domain.site.database_address import database_file
from webapp.runtime.processes.private_files import exposed_files
from webapp.settings import Settings
from webapp.storage.site.backups import BackupFiles
from webapp.storage.site.encrypted_file import MAGIC

_OLD_BACKUP_DAYS = 8


def check_folder(settings: Settings) -> Iterator[Finding]:
    """Yield who may do what in the data folder."""
    folder, me = settings.data_dir, os.getuid()
    owner = folder.stat().st_uid
    if me not in (owner, 0):
        yield Finding(
            "folder",
            Level.WARNING,
            f"{folder} belongs to another user ({owner}).",
            "Run this as the user that Amends runs as.",
        )
    elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(
            "folder",
            Level.ERROR,
            f"{folder} cannot be written.",
            f"As its owner: chmod u+rwx {folder}; or the disk is read-only.",
        )
    else:
        yield Finding("folder", Level.OK, f"{folder} can be read and written.")
    yield from _of_others(folder, owner)


def check_keys(settings: Settings) -> Iterator[Finding]:
    """Yield whether the keys are there that read what is encrypted."""
    secrets = asked(
        settings, "SELECT count(*) FROM cameras WHERE coalesce(encrypted_password, encrypted_hidden) IS NOT NULL"
    )
    for name, holds in (("credentials.key", "the cameras' passwords"), ("session.key", "who is signed in")):
        path = settings.data_dir / name
        if not path.exists() and secrets and name == "credentials.key":
            yield Finding("keys", Level.ERROR, f"{name} is missing.", f"Put it back from a backup: it reads {holds}.")
        elif not path.exists():
            yield Finding("keys", Level.NOTE, f"There is no {name} yet: it is made when it is needed for {holds}.")
        elif not path.stat().st_size:
            yield Finding(
                "keys", Level.ERROR, f"{name} is empty.", f"Put it back from a backup: without it {holds} are lost."
            )


def check_schedule(settings: Settings) -> Iterator[Finding]:
    """Yield whether backups are made by themselves, and whether the last one was."""
    schedule = _setting(settings, "backup schedule")
    state = _setting(settings, "backup_schedule_state")
    is_off = schedule.get("rhythm", "off") == "off"
    if database_file(settings.sqlalchemy_url) is None:  # The check of the server says who makes them.
        if not is_off:
            advice = "Switch it off: python run.py backup schedule --off"
            yield Finding("schedule", Level.WARNING, "A schedule of before makes no backups any more.", advice)
    elif is_off:
        yield Finding("schedule", Level.NOTE, "No backups are made by themselves.", "Set it: System → Backups.")
    elif state.get("failed_at"):
        failure, tries = state.get("failure"), state.get("tries")
        yield Finding("schedule", Level.ERROR, f"The scheduled backup failed {tries} times: {failure}")
    else:
        made_at = str(state.get("made_at") or "never")[:16].replace("T", " ")
        yield Finding("schedule", Level.OK, f"Backups are made {schedule['rhythm']}; last: {made_at}.")


def check_backups(settings: Settings) -> Iterator[Finding]:
    """Yield how old the newest backup is, and whether it is one; Amends makes none of a server's database."""
    if database_file(settings.sqlalchemy_url) is None:
        return
    files = BackupFiles(settings.data_dir, settings.sqlalchemy_url, settings.backup_passphrase_file)
    backups = files.list()
    if not backups:
        yield Finding(
            "backups", Level.WARNING, "There is none.", "Make one: python run.py backup make, or System → Backups."
        )
        return
    newest = backups[0]
    days = (time.time() - newest.made_at.timestamp()) / 86400
    if not _is_readable(files.path(newest.name)):
        yield Finding(
            "backups",
            Level.ERROR,
            f"The newest, {newest.name}, cannot be read.",
            "Make another one, and look at the disk.",
        )
    elif days > _OLD_BACKUP_DAYS:
        yield Finding(
            "backups", Level.WARNING, f"The newest is {days:.0f} days old.", "Make one, and keep it on another machine."
        )
    else:
        yield Finding("backups", Level.OK, f"The newest, {newest.name}, is {days:.0f} days old and begins as one does.")


def _of_others(folder: Path, owner: int) -> Iterator[Finding]:
    exposed, foreign = exposed_files(folder, owner)
    if exposed:
        yield Finding(
            "permissions",
            Level.WARNING,
            f"Other users may use {exposed} files or folders of it.",
            f"Restart Amends, or: chmod -R go-rwx {folder}",
        )
    if foreign:
        yield Finding(
            "permissions",
            Level.ERROR,
            f"{foreign} files or folders of it belong to another user.",
            f"As root: chown -R {owner} {folder}",
        )
    if not exposed and not foreign:
        yield Finding("permissions", Level.OK, "All of it is for its owner alone.")


def _setting(settings: Settings, key: str) -> dict[str, Any]:
    stored = asked(settings, "SELECT value FROM settings WHERE key = :key", key=key)
    return dict(json.loads(str(stored))) if stored else {}


def _is_readable(path: Path) -> bool:
    try:
        if path.name.endswith(".amends"):
            with path.open("rb") as file:
                return file.read(len(MAGIC)) == MAGIC
        with gzip.open(path) as unpacked:
            return bool(unpacked.read(512))
    except (OSError, EOFError):
        return False
