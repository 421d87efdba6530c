"""Puts a backup back: everything is checked before the first file is touched, and what was there is kept aside."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from webapp.errors import BackupFailed
from webapp.storage.site.backup_archive import DATABASE, KEYS, SNAPSHOTS, Limits, Unpacked, unpack
from webapp.storage.site.backups import REPLACED, RESTORING, installation_key
from webapp.storage.site.encrypted_file import DecryptingReader, is_encrypted
from webapp.storage.site.restored_database import take_over


@dataclass(frozen=True)
class Restored:
    """What a restore did.

    Attributes:
        aside: the folder into which what was there before has been moved.
        is_whole: whether the backup held keys and pictures; those of the machine stayed where it did not.
    """

    aside: Path
    is_whole: bool


def restore_backup(
    path: Path,
    data_dir: Path,
    database: Path,
    now: datetime,
    *,
    ask_passphrase: Callable[[], str],
    is_trusted: bool = False,
) -> Restored:
    """Replace what a backup holds. Nothing may use the data folder meanwhile.

    Everybody has to log in again: a session that was ended after the backup was made must not come back to life.

    Args:
        path: the backup.
        data_dir: the data folder.
        database: the database's file.
        now: the time, for the name of the folder that is put aside.
        ask_passphrase: returns the passphrase; called where the backup is encrypted.
        is_trusted: whether one in clear is taken that another installation made, or that was changed.

    Raises:
        BackupFailed: it is no backup, it is damaged, another's, or from a newer version; nothing was changed.
    """
    staging = data_dir / RESTORING
    shutil.rmtree(staging, ignore_errors=True)
    try:
        staging.mkdir(parents=True, mode=0o700)
        unpacked = _unpack(path, staging, data_dir, ask_passphrase, is_trusted=is_trusted)
        take_over(staging / DATABASE)
        return _exchange(unpacked, staging, data_dir, database, now)
    except OSError as error:
        raise BackupFailed(f"The backup could not be put back: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _unpack(
    path: Path, staging: Path, data_dir: Path, ask_passphrase: Callable[[], str], *, is_trusted: bool
) -> Unpacked:
    """Unpack a backup; of an encrypted one the passphrase says whose it is, of another one its seal."""
    limits = Limits.of(path.stat().st_size, shutil.disk_usage(data_dir).free)
    key = installation_key(data_dir)
    with path.open("rb") as file:
        if is_encrypted(file):
            return unpack(cast(BinaryIO, DecryptingReader(file, ask_passphrase())), staging, key, limits)
        unpacked = unpack(file, staging, key, limits)
    if not (unpacked.is_ours or is_trusted):
        raise BackupFailed(
            "This installation did not make this backup, or it was changed since: people, cameras and tokens in it may "
            "be a stranger's. Nothing was changed. If you know where it comes from, add --trust."
        )
    return unpacked


def _exchange(unpacked: Unpacked, staging: Path, data_dir: Path, database: Path, now: datetime) -> Restored:
    aside = data_dir / f"{REPLACED}-{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    # A backup without keys leaves those of the machine, which may be the very ones that fit, and its pictures.
    is_whole = any(name != DATABASE and not name.startswith("manifest.") for name in unpacked.names)
    beyond = [data_dir / name for name in (*KEYS, SNAPSHOTS)] if is_whole else []
    for path in (*(database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm")), *beyond):
        if path.exists():
            path.rename(aside / path.name)
    for path in beyond:
        if (staging / path.name).exists():
            (staging / path.name).rename(path)
    (staging / DATABASE).rename(database)
    return Restored(aside, is_whole)
