"""Puts a backup back: everything is checked before the first file is touched, and what was there is kept aside."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tarfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from webapp.errors import BackupFailed
from webapp.storage.db.engine import known_revisions
from webapp.storage.site.backups import DATABASE, FORMAT, KEYS, MANIFEST, SNAPSHOTS

_SNAPSHOT = re.compile(r"snapshots/\d{4}-\d{2}-\d{2}/[0-9a-f-]+\.jpg")


def restore_backup(path: Path, data_dir: Path, database: Path, now: datetime) -> Path:
    """Replace database, pictures and keys by those of a backup. Nothing may use the data folder meanwhile.

    Everybody has to log in again: a session that was ended after the backup was made must not come back to life.

    Returns:
        The folder into which what was there before has been moved.

    Raises:
        BackupFailed: it is no backup, it is damaged, or it is from a newer version; nothing was changed.
    """
    staging = data_dir / ".restoring"
    shutil.rmtree(staging, ignore_errors=True)
    try:
        _unpack(path, staging)
        _check_database(staging / DATABASE)
        return _exchange(staging, data_dir, database, now)
    except OSError as error:
        raise BackupFailed(f"The backup could not be put back: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _unpack(path: Path, staging: Path) -> None:
    """Write the files of a backup into an empty folder and compare each with the manifest."""
    staging.mkdir(parents=True, mode=0o700)
    hashes: dict[str, str] = {}
    try:
        with tarfile.open(path, "r:gz") as archive:
            for entry in archive:
                file = archive.extractfile(entry)
                if file is None or not _is_ours(entry.name):
                    raise BackupFailed(f"{path.name} holds '{entry.name[:80]}', which no backup of Amends does.")
                target = staging / PurePosixPath(entry.name)
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                hashes[entry.name] = _write(target, file.read())
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BackupFailed(f"Expected a backup of Amends; {path} is none, or it is damaged ({error}).") from error
    _compare(path, staging / MANIFEST, hashes)


def _is_ours(name: str) -> bool:
    return name in (MANIFEST, DATABASE, *KEYS) or _SNAPSHOT.fullmatch(name) is not None


def _write(target: Path, content: bytes) -> str:
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return hashlib.sha256(content).hexdigest()


def _compare(path: Path, manifest_path: Path, hashes: dict[str, str]) -> None:
    try:
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
        version, expected = manifest["format"], manifest["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupFailed(f"{path.name} has no manifest that can be read: it is no backup, or damaged.") from error
    if version != FORMAT:
        raise BackupFailed(f"Expected a backup of format {FORMAT}, got {version}: use the version that made it.")
    hashes.pop(MANIFEST, None)
    if hashes != expected:
        wrong = sorted(name for name in {*hashes, *expected} if hashes.get(name) != expected.get(name))
        raise BackupFailed(f"{path.name} is damaged: {wrong[0]} is not what it was when the backup was made.")


def _check_database(database: Path) -> None:
    if not database.is_file():
        raise BackupFailed("The backup holds no database.")
    try:
        with closing(sqlite3.connect(database)) as connection:
            state = connection.execute("PRAGMA quick_check").fetchone()[0]
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sessions'").fetchone():
                connection.execute("DELETE FROM sessions")
            connection.commit()
    except (sqlite3.Error, TypeError) as error:
        raise BackupFailed(f"The database in the backup cannot be read: {error}.") from error
    if state != "ok":
        raise BackupFailed(f"The database in the backup is damaged: {state}.")
    if revision not in known_revisions():
        raise BackupFailed(f"The backup is from a newer version of Amends (database {revision}): update Amends first.")


def _exchange(staging: Path, data_dir: Path, database: Path, now: datetime) -> Path:
    aside = data_dir / f"replaced-{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    beside = [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm")]
    for path in (*beside, *(data_dir / name for name in (*KEYS, SNAPSHOTS))):
        if path.exists():
            path.rename(aside / path.name)
    for name in (*KEYS, SNAPSHOTS):
        if (staging / name).exists():
            (staging / name).rename(data_dir / name)
    (staging / DATABASE).rename(database)
    return aside
