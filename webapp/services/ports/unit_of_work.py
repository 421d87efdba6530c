"""Transactions over all repositories: those that read, and those that write."""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from webapp.services.ports.alerts import IncidentRepository, ScoreRepository
from webapp.services.ports.cameras import CameraRepository, KioskRepository, RuleRepository, WallScreenRepository
from webapp.services.ports.cluster import ClusterRepository
from webapp.services.ports.notifications import NotificationRepositories
from webapp.services.ports.people import (
    InvitationRepository,
    ReadMarkerRepository,
    SavedViewRepository,
    SessionRepository,
    TokenRepository,
    UserRepository,
)
from webapp.services.ports.sign_in import (
    PasskeyRepository,
    PasswordResetRepository,
    SecondFactorRepository,
    SignInLinkRepository,
)
from webapp.services.ports.site import (
    EventRepository,
    RetentionRepository,
    SettingRepository,
    SiteRecordRepository,
    VisitRepository,
)
from webapp.services.ports.sites import SiteLogRepository, SiteRepository


class ReadUnitOfWork(Protocol):
    """One transaction that reads: it holds up nobody, sees one state of everything, and fails at a write."""

    cameras: CameraRepository
    rules: RuleRepository
    incidents: IncidentRepository
    users: UserRepository
    second_factors: SecondFactorRepository
    sign_in_links: SignInLinkRepository
    passkeys: PasskeyRepository
    password_resets: PasswordResetRepository
    sessions: SessionRepository
    tokens: TokenRepository
    invitations: InvitationRepository
    kiosks: KioskRepository
    wall_screens: WallScreenRepository
    events: EventRepository
    settings: SettingRepository
    site_records: SiteRecordRepository
    retention: RetentionRepository
    visits: VisitRepository
    scores: ScoreRepository
    views: SavedViewRepository
    read_markers: ReadMarkerRepository
    notifications: NotificationRepositories
    cluster: ClusterRepository
    sites: SiteRepository
    site_log: SiteLogRepository

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """End the transaction."""


class UnitOfWork(ReadUnitOfWork, Protocol):
    """One transaction that writes: nothing is kept unless `commit` is called. Only one at a time is open."""

    def commit(self) -> None:
        """Keep it."""


class UnitOfWorkFactory(Protocol):
    """Opens transactions, to be used in a `with`."""

    def __call__(self) -> UnitOfWork:
        """Return a new unit of work that writes; others that write wait for its end."""

    def reading(self) -> ReadUnitOfWork:
        """Return a new unit of work that only reads."""

    def by_the_way(self, write: Callable[[UnitOfWork], None], *, is_kept: bool = True) -> None:
        """Write something that the caller need not wait for, such as who viewed what.

        Args:
            write: what to write; called in a transaction of its own, now or later, and once more where that failed.
            is_kept: whether it is done later where it cannot be done now, in order, or left out.
        """
