"""Backups as files: made while Amends runs, checked byte by byte before they are put back.

A backup is a gzipped tar of `manifest.json` (what is in it, with SHA-256), `amends.sqlite3`, the keys and `snapshots/`.
"""

import hashlib
import io
import json
import os
import re
import sqlite3
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from webapp.errors import BackupFailed, NotFound
from webapp.services.site.backups import Backup

MANIFEST, DATABASE, SNAPSHOTS = "manifest.json", "amends.sqlite3", "snapshots"
KEYS = ("credentials.key", "session.key")
FORMAT = 1
_NAME = re.compile(r"amends-\d{8}-\d{6}\.tar\.gz")
_TIME = "%Y%m%d-%H%M%S"
# So many pages of 4 KiB are copied between two heartbeats; writers wait meanwhile.
_PAGES_AT_ONCE = 2048
_COMPRESSION = 1


class BackupFiles:
    """`BackupStore` in the folder `backups` of the data folder, readable by its owner only."""

    def __init__(self, data_dir: Path, database_url: str) -> None:
        self._data_dir, self._database_url = data_dir, database_url
        self._folder = data_dir / "backups"

    def make(self, at: datetime, on_progress: Callable[[], None]) -> Backup:
        """Copy database, pictures and keys; see `BackupStore.make`."""
        source = self._sqlite_path()
        path = self._folder / f"amends-{at.astimezone(UTC):{_TIME}}.tar.gz"
        copy, unfinished = path.with_suffix(".sqlite3.part"), path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _copy_database(source, copy, on_progress)
            self._pack(copy, unfinished, at, on_progress)
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
        paths = (path for path in self._folder.glob("*.tar.gz") if _NAME.fullmatch(path.name))
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

    def _sqlite_path(self) -> Path:
        if not self._database_url.startswith("sqlite:///"):
            raise BackupFailed(
                "Expected a SQLite database. Of another one, such as PostgreSQL, make the backup with its own tools "
                "(pg_dump), and copy the data folder beside it."
            )
        return Path(self._database_url.removeprefix("sqlite:///"))

    def _pack(self, database: Path, target: Path, at: datetime, on_progress: Callable[[], None]) -> None:
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=_COMPRESSION) as archive:
                hashes: dict[str, str] = {}
                for name, content in self._contents(database):
                    on_progress()
                    hashes[name] = hashlib.sha256(content).hexdigest()
                    _add(archive, name, content)
                manifest = {"format": FORMAT, "made_at": at.isoformat(), "sha256": hashes}
                _add(archive, MANIFEST, json.dumps(manifest).encode())
            file.flush()
            os.fsync(file.fileno())

    def _contents(self, database: Path) -> Iterator[tuple[str, bytes]]:
        yield DATABASE, database.read_bytes()
        for name in KEYS:
            if (self._data_dir / name).is_file():
                yield name, (self._data_dir / name).read_bytes()
        for path in sorted((self._data_dir / SNAPSHOTS).glob("*/*.jpg")):
            try:
                yield path.relative_to(self._data_dir).as_posix(), path.read_bytes()
            except FileNotFoundError:  # Retention was here first.
                continue


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


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


def _backup(path: Path) -> Backup:
    made_at = datetime.strptime(path.name[7:22], _TIME).replace(tzinfo=UTC)
    return Backup(path.name, made_at, path.stat().st_size)
