"""What the use cases need from the world, as Protocols: `storage` and the tests' fakes fulfil them.

What a method promises is said here, once; what fulfils it says only what is its own.
"""

from webapp.services.ports.alerts import (
    NEWEST_FIRST,
    IncidentFilter,
    IncidentKey,
    IncidentOrder,
    IncidentRepository,
    ScoreRepository,
)
from webapp.services.ports.cameras import (
    CameraRepository,
    KioskRepository,
    RuleOverrides,
    RuleRepository,
    WallScreenRepository,
)
from webapp.services.ports.cluster import ClusterRepository
from webapp.services.ports.outside import Clock, PasswordHasher, SecretCipher, SnapshotStore
from webapp.services.ports.people import (
    InvitationRepository,
    ReadMarker,
    ReadMarkerRepository,
    SavedViewRepository,
    SessionRepository,
    TokenRepository,
    UserRepository,
)
from webapp.services.ports.shared import Change, PlaceRefusal, SharedPlaces, SharedState
from webapp.services.ports.sign_in import (
    PasskeyRepository,
    PasswordResetRepository,
    SecondFactorRepository,
    SignInLinkRepository,
)
from webapp.services.ports.site import (
    EventRepository,
    RemovedOfVisit,
    RetentionRepository,
    SettingRepository,
    SiteRecordRepository,
    VisitRepository,
)
from webapp.services.ports.sites import KeptIncident, SiteIncidentFilter, SiteLogRepository, SiteRepository
from webapp.services.ports.unit_of_work import ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory

__all__ = [
    "NEWEST_FIRST",
    "CameraRepository",
    "Change",
    "Clock",
    "ClusterRepository",
    "EventRepository",
    "IncidentFilter",
    "IncidentKey",
    "IncidentOrder",
    "IncidentRepository",
    "InvitationRepository",
    "KeptIncident",
    "KioskRepository",
    "PasskeyRepository",
    "PasswordHasher",
    "PasswordResetRepository",
    "PlaceRefusal",
    "ReadMarker",
    "ReadMarkerRepository",
    "ReadUnitOfWork",
    "RemovedOfVisit",
    "RetentionRepository",
    "RuleOverrides",
    "RuleRepository",
    "SavedViewRepository",
    "ScoreRepository",
    "SecondFactorRepository",
    "SecretCipher",
    "SessionRepository",
    "SettingRepository",
    "SharedPlaces",
    "SharedState",
    "SignInLinkRepository",
    "SiteIncidentFilter",
    "SiteLogRepository",
    "SiteRecordRepository",
    "SiteRepository",
    "SnapshotStore",
    "TokenRepository",
    "UnitOfWork",
    "UnitOfWorkFactory",
    "UserRepository",
    "VisitRepository",
    "WallScreenRepository",
]
