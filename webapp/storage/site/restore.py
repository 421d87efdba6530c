"""Puts a backup back: everything is checked before the first file is touched, and what was there is kept aside."""

import errno
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from webapp.domain.site.restores import BackupContents, RestoreRefusal
from webapp.errors import BackupFailed
from webapp.storage.site.backup_archive import DATABASE, KEYS, MANIFEST, SNAPSHOTS, Limits, Unpacked, unpack
from webapp.storage.site.backups import REPLACED, RESTORING, installation_key
from webapp.storage.site.encrypted_file import DecryptingReader, is_encrypted
from webapp.storage.site.exchange import exchange, is_pending, planned
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
    try:
        contents = unpack_checked(path, staging, data_dir, ask_passphrase, is_trusted=is_trusted)
        return put_in_place(staging, data_dir, database, now, is_whole=contents.is_whole)
    finally:
        if not is_pending(data_dir):
            shutil.rmtree(staging, ignore_errors=True)


def unpack_checked(
    path: Path, staging: Path, data_dir: Path, ask_passphrase: Callable[[], str], *, is_trusted: bool = False
) -> BackupContents:
    """Unpack a backup into a folder of its own, check all of it, and return what it holds.

    Args:
        path: the backup.
        staging: the folder, which is emptied before; it holds all that is to be put in place afterwards.
        data_dir: the data folder.
        ask_passphrase: see `restore_backup`.
        is_trusted: likewise.

    Raises:
        BackupFailed: as `restore_backup` does; nothing is left in the folder then.
    """
    shutil.rmtree(staging, ignore_errors=True)
    try:
        with _failures_said():
            staging.mkdir(parents=True, mode=0o700)
            unpacked = _unpack(path, staging, data_dir, ask_passphrase, is_trusted=is_trusted)
            schema = take_over(staging / DATABASE)
            return _contents(staging, unpacked, schema)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def put_in_place(
    staging: Path, data_dir: Path, database: Path, now: datetime, *, is_whole: bool, note: tuple[str, str] = ("", "")
) -> Restored:
    """Exchange what is there for what was unpacked; once begun it is also finished, if by the next start.

    Args:
        staging: of `unpack_checked`.
        data_dir: the data folder.
        database: the database's file.
        now: the time, for the name of the folder that is put aside.
        is_whole: whether the backup held keys and pictures; one without leaves those of the machine, which may be the
            very ones that fit.
        note: a file to be written in the end, and its content.

    Raises:
        BackupFailed: it could not be begun; nothing was changed.
    """
    aside = aside_folder(data_dir, now)
    if (staging / DATABASE).name != database.name:
        (staging / DATABASE).rename(staging / database.name)
    beyond = [data_dir / name for name in (*KEYS, SNAPSHOTS)] if is_whole else []
    with _failures_said():
        exchange(data_dir, planned(staging, aside, database, beyond, note))
    return Restored(aside, is_whole)


def aside_folder(data_dir: Path, now: datetime) -> Path:
    """Return where what was there goes."""
    return data_dir / f"{REPLACED}-{now.astimezone(UTC):%Y%m%d-%H%M%S}"


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
            "be a stranger's. Nothing was changed. If you know where it comes from, add --trust.",
            cause=RestoreRefusal.FOREIGN,
        )
    return unpacked


def _contents(staging: Path, unpacked: Unpacked, schema: str) -> BackupContents:
    manifest = json.loads((staging / MANIFEST).read_bytes())
    with closing(sqlite3.connect(staging / DATABASE)) as database:
        # The tables' names are our own.
        counts = {
            table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("incidents", "users", "cameras")
        }
    return BackupContents(
        made_at=_made_at(manifest),
        is_whole=any(name != DATABASE and not name.startswith("manifest.") for name in unpacked.names),
        schema=schema,
        pictures=sum(name.startswith(f"{SNAPSHOTS}/") for name in unpacked.names),
        **counts,
    )


def _made_at(manifest: dict[str, object]) -> datetime | None:
    try:
        made_at = datetime.fromisoformat(str(manifest.get("made_at")))
    except ValueError:
        return None
    return made_at if made_at.tzinfo else made_at.replace(tzinfo=UTC)


@contextmanager
def _failures_said() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupFailed(
            "The backup could not be put back: %(reason)s.",
            reason=error.strerror or str(error),
            cause=RestoreRefusal.DISK if error.errno in (errno.ENOSPC, errno.EDQUOT) else RestoreRefusal.NO_BACKUP,
        ) from error
