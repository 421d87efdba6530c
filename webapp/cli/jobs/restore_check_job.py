"""`restore-check-job`: one backup is unpacked and checked, to be put back later."""

import sys
from datetime import datetime
from functools import partial

import click

from webapp.cli.processes.locks import NotNow, only_one
from webapp.domain.site.restores import RestorePlan, RestoreRefusal
from webapp.errors import BackupFailed
from webapp.services.site.restores import RestoreCheck
from webapp.settings import Settings, load_settings

CHECKING = "restore-check"


@click.command("restore-check-job", hidden=True)
def restore_check_job() -> None:
    """Check one backup that comes through a pipe; the web process calls this."""
    from webapp.runtime.jobs.restore_process import answer_restore_check
    from webapp.services.clock import SystemClock

    settings = load_settings()
    answer_restore_check(partial(check_backup, settings, SystemClock().now()), sys.stdin, sys.stdout)


def check_backup(settings: Settings, now: datetime, asked: RestoreCheck) -> RestorePlan:
    """Unpack and check a backup, and keep it ready.

    Args:
        settings: data folder and passphrase of this installation.
        now: the time.
        asked: which backup.

    Raises:
        BackupFailed: its value `cause` says why; nothing is ready then.
    """
    from webapp.storage.site.backups import read_passphrase
    from webapp.storage.site.restore import unpack_checked
    from webapp.storage.site.restore_files import RestoreFiles

    def passphrase() -> str:
        if asked.passphrase:
            return asked.passphrase
        if settings.backup_passphrase_file is None:
            raise BackupFailed("Expected the passphrase of this backup.", cause=RestoreRefusal.PASSPHRASE)
        return read_passphrase(settings.backup_passphrase_file)

    files = RestoreFiles(settings.data_dir)
    try:
        with only_one(settings, CHECKING):
            if files.is_ordered():
                raise BackupFailed("A backup is about to be restored.", cause=RestoreRefusal.BUSY)
            files.begin()
            staging, is_trusted = files.staging, asked.is_trusted
            contents = unpack_checked(asked.path, staging, settings.data_dir, passphrase, is_trusted=is_trusted)
            return files.keep(asked.name, contents, now)
    except NotNow as error:
        raise BackupFailed("Another backup is being checked.", cause=RestoreRefusal.BUSY) from error
