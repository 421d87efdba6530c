"""What the use cases work with in tests: real files in a folder of the test's own, and what is given."""

from dataclasses import dataclass

from webapp.cli.jobs.restore_check_job import check_backup
from webapp.domain.alerts.rules import AlertRule
from webapp.domain.site.restores import RestorePlan
from webapp.runtime.processes.smtp_mailer import SMTPMailer
from webapp.services.adapters import Adapters
from webapp.services.ports import Clock, PasswordHasher, UnitOfWorkFactory
from webapp.services.site.restores import RestoreCheck
from webapp.settings import Settings
from webapp.storage.alerts.snapshots import SnapshotFiles
from webapp.storage.site.backup_folders import BackupFolders
from webapp.storage.site.backups import BackupFiles
from webapp.storage.site.keys import FernetCipher
from webapp.storage.site.restore_files import RestoreFiles


def adapters_of_tests(
    settings: Settings, unit_of_work: UnitOfWorkFactory, hasher: PasswordHasher, clock: Clock
) -> Adapters:
    """Return them, with the default rule that no artefact has a say in."""
    return Adapters(
        unit_of_work=unit_of_work,
        hasher=hasher,
        cipher=FernetCipher(settings.data_dir),
        snapshots=SnapshotFiles(settings.snapshots_dir),
        backups=BackupFiles(settings.data_dir, settings.sqlalchemy_url, settings.backup_passphrase_file, cost_log2=4),
        backup_folders=BackupFolders(settings.data_dir),
        restores=RestoreFiles(settings.data_dir),
        mailer=SMTPMailer(timeout_s=2.0),
        clock=clock,
        default_rule=AlertRule,
    )


@dataclass(frozen=True)
class CheckingHere:
    """`RestoreChecker` without a process of its own."""

    settings: Settings
    clock: Clock

    def check(self, asked: RestoreCheck) -> RestorePlan:
        """Check a backup."""
        return check_backup(self.settings, self.clock.now(), asked)
