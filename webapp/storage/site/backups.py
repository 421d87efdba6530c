"""Backups as files: made while Amends runs, in the folder `backups` of the data folder."""

import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from webapp.domain.site.backups import BackupKind
from webapp.errors import BackupFailed, NotFound
from webapp.services.site.backups import Backup
from webapp.storage.site.backup_archive import DATABASE, KEYS, SNAPSHOTS, pack
from webapp.storage.site.exchange import is_pending
from webapp.storage.site.keys import load_or_create_key

# Cryptography is loaded once something is encrypted: most processes that know of backups never do.
if TYPE_CHECKING:
    from webapp.storage.site.encrypted_file import EncryptingWriter

SHORTEST_PASSPHRASE = 12
# What was there before a restore, and what a restore that was killed has unpacked.
REPLACED, RESTORING = "replaced", ".restoring"
# A database that was damaged at a start.
DAMAGED = "damaged"
_ENDINGS = {
    BackupKind.ENCRYPTED: ".tar.gz.amends",
    BackupKind.REDUCED: ".reduced.tar.gz",
    BackupKind.CLEAR: ".tar.gz",
}
_KINDS = {ending: kind for kind, ending in _ENDINGS.items()}
_NAME = re.compile(r"amends-\d{8}-\d{6}(\.tar\.gz\.amends|(\.reduced)?\.tar\.gz)", re.ASCII)
_TIME = "%Y%m%d-%H%M%S"
# So many pages of 4 KiB are copied between two heartbeats; writers wait meanwhile.
_PAGES_AT_ONCE = 2048


class BackupFiles:
    """`BackupStore` in the folder `backups` of the data folder, readable by its owner only."""

    def __init__(
        self, data_dir: Path, database_url: str, passphrase_file: Path | None = None, cost_log2: int | None = None
    ) -> None:
        """Say where everything is.

        Args:
            data_dir: the data folder.
            database_url: SQLAlchemy address of the database.
            passphrase_file: holds the passphrase of the backups; None where they are not encrypted.
            cost_log2: cost of turning the passphrase into a key; one more doubles it. None: the usual one.
        """
        self._data_dir, self._database_url = data_dir, database_url
        self._passphrase_file, self._cost_log2 = passphrase_file, cost_log2
        self._folder = data_dir / "backups"

    def kinds(self) -> Sequence[BackupKind]:
        """Return what can be made, the usual one first."""
        if self._passphrase_file:
            return (BackupKind.ENCRYPTED, BackupKind.REDUCED)
        return (BackupKind.REDUCED, BackupKind.CLEAR)

    def make(self, kind: BackupKind, at: datetime, on_progress: Callable[[], None]) -> Backup:
        """Copy what belongs to a kind of backup; see `BackupStore.make`."""
        source, passphrase = self._sqlite_path(), self._passphrase_for(kind)
        path = self._folder / f"amends-{at.astimezone(UTC):{_TIME}}{_ENDINGS[kind]}"
        copy, unfinished = path.with_suffix(".sqlite3.part"), path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _copy_database(source, copy, on_progress)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                with self._encrypted(file, passphrase) as target:
                    files = self._files(copy, is_whole=kind.is_whole)
                    pack(cast(BinaryIO, target), files, at, installation_key(self._data_dir), on_progress)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except OSError as error:
            raise BackupFailed(f"The backup could not be written to {self._folder}: {error.strerror}.") from error
        finally:
            with suppress(OSError):
                copy.unlink(missing_ok=True)
                unfinished.unlink(missing_ok=True)
        return _backup(path)

    def list(self) -> Sequence[Backup]:
        """Return the backups, the newest first."""
        paths = (path for path in self._folder.glob("amends-*") if _NAME.fullmatch(path.name))
        return [_backup(path) for path in sorted(paths, reverse=True)]

    def path(self, name: str) -> Path:
        """Return the file of a backup; only names of our own making are searched for."""
        path = self._folder / name
        if not _NAME.fullmatch(name) or not path.is_file():
            raise NotFound(f"There is no backup '{name[:60]}'.")
        return path

    def remove(self, name: str) -> None:
        """Delete a backup."""
        self.path(name).unlink()

    def remove_leftovers(self, before: datetime) -> Sequence[str]:
        """Delete what restores and damage have put aside before a time, and what was never finished."""
        _remove_old(self._folder.glob("*.part"), before)
        if not is_pending(self._data_dir):
            shutil.rmtree(self._data_dir / RESTORING, ignore_errors=True)
        aside = (path for kind in (REPLACED, DAMAGED) for path in self._data_dir.glob(f"{kind}-2*"))
        return _remove_old(aside, before)

    def _encrypted(self, file: BinaryIO, passphrase: str | None) -> "nullcontext[BinaryIO] | EncryptingWriter":
        if passphrase is None:
            return nullcontext(file)
        from webapp.storage.site.encrypted_file import COST_LOG2, EncryptingWriter

        return EncryptingWriter(file, passphrase, self._cost_log2 or COST_LOG2)

    def _passphrase_for(self, kind: BackupKind) -> str | None:
        if kind is not BackupKind.ENCRYPTED:
            return None
        if self._passphrase_file is None:
            raise BackupFailed("Expected AMENDS_BACKUP_PASSPHRASE_FILE to be set: without it nothing can be encrypted.")
        return read_passphrase(self._passphrase_file)

    def _sqlite_path(self) -> Path:
        if not self._database_url.startswith("sqlite:///"):
            raise BackupFailed(
                "The database is on a server of its own: make the backup with its tools (pg_dump --format=custom "
                "--file=amends.dump ADDRESS), and copy the data folder beside it."
            )
        return Path(self._database_url.removeprefix("sqlite:///"))

    def _files(self, database: Path, *, is_whole: bool) -> Iterator[tuple[str, Path]]:
        yield DATABASE, database
        if is_whole:
            yield from ((name, self._data_dir / name) for name in KEYS)
            pictures = self._data_dir / SNAPSHOTS
            for path in sorted((*pictures.glob("*/*.jpg"), *pictures.glob("*/*.webm"))):
                yield path.relative_to(self._data_dir).as_posix(), path


def installation_key(data_dir: Path) -> bytes:
    """Return the key by which an installation knows its own backups; it is in none of them."""
    return load_or_create_key(data_dir / "backup.key", secrets.token_bytes(32))


def read_passphrase(path: Path) -> str:
    """Return the passphrase kept in a file, without the line's end.

    Raises:
        BackupFailed: the file cannot be read, or the passphrase is too short.
    """
    try:
        passphrase = path.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BackupFailed(f"The passphrase of the backups cannot be read from {path}.") from error
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise BackupFailed(f"Expected a passphrase of at least {SHORTEST_PASSPHRASE} characters in {path}.")
    return passphrase


def _copy_database(source: Path, target: Path, on_progress: Callable[[], None]) -> None:
    """Copy a database that others write to; what they write meanwhile is in the copy as well."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600))
    try:
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there, pages=_PAGES_AT_ONCE, progress=lambda *_: on_progress())
            there.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupFailed(f"The database could not be copied: {error}.") from error


def _remove_old(paths: Iterator[Path], before: datetime) -> list[str]:
    """Delete files and folders that were last changed before a time, and return their names."""
    old = [path for path in paths if path.stat().st_mtime < before.timestamp()]
    for path in old:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return [path.name for path in old]


def _backup(path: Path) -> Backup:
    made_at = datetime.strptime(path.name[7:22], _TIME).replace(tzinfo=UTC)
    return Backup(path.name, made_at, path.stat().st_size, _KINDS[path.name[22:]])
