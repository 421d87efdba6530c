"""What the use cases of one installation work with."""

from collections.abc import Callable
from dataclasses import dataclass, field

from webapp.domain.alerts.rules import AlertRule
from webapp.services.local_state import LocalState
from webapp.services.ports import Clock, PasswordHasher, SecretCipher, SharedState, SnapshotStore, UnitOfWorkFactory
from webapp.services.site.backup_schedule import BackupFolderStore
from webapp.services.site.backups import BackupStore
from webapp.services.site.mail import Mailer
from webapp.services.site.restores import RestoreStore


@dataclass(frozen=True)
class Adapters:
    """What the use cases work with.

    Attributes:
        default_rule: reads the rule where nothing is set apart; it fails where there is no artefact.
        machine_zone: the time zone where none is set.
        pause: called between pieces of long work, so that a server can do others' work.
        shared: what all web processes count together.
    """

    unit_of_work: UnitOfWorkFactory
    hasher: PasswordHasher
    cipher: SecretCipher
    snapshots: SnapshotStore
    backups: BackupStore
    backup_folders: BackupFolderStore
    restores: RestoreStore
    mailer: Mailer
    clock: Clock
    default_rule: Callable[[], AlertRule]
    machine_zone: str = "UTC"
    pause: Callable[[], None] = lambda: None
    shared: SharedState = field(default_factory=LocalState)
