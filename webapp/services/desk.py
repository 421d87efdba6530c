"""What the admin's desk works with besides cameras: who has access, and what happened."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from webapp.services.accounts import AccountService
from webapp.services.audit import AuditService
from webapp.services.backups import BackupService, BackupStore
from webapp.services.house import HouseService
from webapp.services.invitations import InvitationService
from webapp.services.kiosks import KioskService
from webapp.services.logos import LogoService
from webapp.services.ports import Clock, SnapshotStore, UnitOfWorkFactory
from webapp.services.reminding import ReminderService
from webapp.services.retention import RetentionService
from webapp.services.sessions import SessionService
from webapp.services.tokens import TokenService


@dataclass(frozen=True)
class DeskServices:
    """The use cases of the admin's desk."""

    sessions: SessionService
    tokens: TokenService
    invitations: InvitationService
    audit: AuditService
    retention: RetentionService
    backups: BackupService
    house: HouseService
    logos: LogoService
    reminders: ReminderService
    kiosks: KioskService

    @classmethod
    def over(
        cls,
        unit_of_work: UnitOfWorkFactory,
        accounts: AccountService,
        snapshots: SnapshotStore,
        backups: BackupStore,
        clock: Clock,
        *,
        session_hours: int,
        score_track_days: int,
        machine_zone: str = "UTC",
    ) -> Self:
        """Put the use cases over one database."""
        return cls(
            sessions=SessionService(unit_of_work, clock, session_hours),
            tokens=TokenService(unit_of_work, clock),
            invitations=InvitationService(unit_of_work, accounts, clock),
            audit=AuditService(unit_of_work, clock),
            retention=RetentionService(unit_of_work, snapshots, clock, timedelta(days=score_track_days)),
            backups=BackupService(unit_of_work, backups, clock),
            house=HouseService(unit_of_work, clock, machine_zone),
            logos=LogoService(unit_of_work, clock),
            reminders=ReminderService(unit_of_work, clock),
            kiosks=KioskService(unit_of_work, clock),
        )
