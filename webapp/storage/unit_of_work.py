"""Transactions over all repositories: those that read, and those that write."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from webapp.services.ports import ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory
from webapp.storage.alerts.incidents import SQLIncidentRepository
from webapp.storage.cameras.cameras import SQLCameraRepository, SQLRuleRepository
from webapp.storage.cameras.kiosks import SQLKioskRepository
from webapp.storage.cameras.wall_screens import SQLWallScreenRepository
from webapp.storage.compliance.visits import SQLVisitRepository
from webapp.storage.db.engine import open_engine
from webapp.storage.db.event_log import SQLEventRepository
from webapp.storage.db.transactions.later_writes import LaterWrites
from webapp.storage.db.transactions.options import impatient, reading
from webapp.storage.db.transactions.texts import refuse_nul
from webapp.storage.insights.saved_views import SQLSavedViewRepository
from webapp.storage.insights.scores import SQLScoreRepository
from webapp.storage.notifications.repositories import SQLNotificationRepositories
from webapp.storage.people.access import SQLInvitationRepository, SQLSessionRepository, SQLTokenRepository
from webapp.storage.people.accounts import SQLSettingRepository, SQLUserRepository
from webapp.storage.people.passkeys import SQLPasskeyRepository
from webapp.storage.people.password_resets import SQLPasswordResetRepository
from webapp.storage.people.read_markers import SQLReadMarkerRepository
from webapp.storage.people.sign_in import SQLSecondFactorRepository, SQLSignInLinkRepository
from webapp.storage.site.retention import SQLRetentionRepository
from webapp.storage.site.site_records import SQLSiteRecordRepository

# Requests that may wait for the write lock at once; each holds a connection to SQLite.
_MOST_WRITERS = 100


class SQLReadUnitOfWork(ReadUnitOfWork):
    """`ReadUnitOfWork` over SQLAlchemy."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Self:
        self._session = Session(self._engine, expire_on_commit=False)
        self.cameras = SQLCameraRepository(self._session)
        self.rules = SQLRuleRepository(self._session)
        self.incidents = SQLIncidentRepository(self._session)
        self.users = SQLUserRepository(self._session)
        self.second_factors = SQLSecondFactorRepository(self._session)
        self.sign_in_links = SQLSignInLinkRepository(self._session)
        self.passkeys = SQLPasskeyRepository(self._session)
        self.password_resets = SQLPasswordResetRepository(self._session)
        self.sessions = SQLSessionRepository(self._session)
        self.tokens = SQLTokenRepository(self._session)
        self.invitations = SQLInvitationRepository(self._session)
        self.kiosks = SQLKioskRepository(self._session)
        self.wall_screens = SQLWallScreenRepository(self._session)
        self.events = SQLEventRepository(self._session)
        self.settings = SQLSettingRepository(self._session)
        self.site_records = SQLSiteRecordRepository(self._session)
        self.retention = SQLRetentionRepository(self._session)
        self.visits = SQLVisitRepository(self._session)
        self.scores = SQLScoreRepository(self._session)
        self.views = SQLSavedViewRepository(self._session)
        self.read_markers = SQLReadMarkerRepository(self._session)
        self.notifications = SQLNotificationRepositories(self._session)
        return self

    def __getattr__(self, name: str) -> Any:
        """Open the repositories of what is more than one box when they are first asked for: one box never does."""
        if name == "cluster":
            from webapp.storage.cluster.nodes import SQLClusterRepository

            self.cluster = SQLClusterRepository(self._session)
        elif name == "sites":
            from webapp.storage.sites.sites import SQLSiteRepository

            self.sites = SQLSiteRepository(self._session)
        elif name == "site_log":
            from webapp.storage.sites.site_log import SQLSiteLogRepository

            self.site_log = SQLSiteLogRepository(self._session)
        else:
            raise AttributeError(name)
        return self.__dict__[name]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """End the transaction; a change that was left to be written fails here, if it did not before."""
        try:
            if error is None:
                self._session.flush()
        finally:
            self._session.close()


class SQLUnitOfWork(SQLReadUnitOfWork, UnitOfWork):
    """`UnitOfWork` over SQLAlchemy.

    There is one at a time: each takes the write lock at its beginning, so that a read-then-write cannot be overtaken
    (see `sqlite.connections` and `postgresql.connections`).
    """

    def __init__(self, engine: Engine, check: Callable[[ReadUnitOfWork], None] | None = None) -> None:
        super().__init__(engine)
        self._check = check

    def __enter__(self) -> Self:
        super().__enter__()
        if self._check is not None:
            try:
                self._check(self)
            except BaseException:
                self._session.close()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Roll back what was not committed."""
        self._session.close()

    def commit(self) -> None:
        self._session.commit()


class SQLUnitOfWorkFactory(UnitOfWorkFactory):
    """`UnitOfWorkFactory` over one database.

    Attributes:
        engine: for transactions that write.
        later: where a thread must not wait, what is written by the way.
    """

    def __init__(
        self,
        engine: Engine,
        reading_engine: Engine | None = None,
        check: Callable[[ReadUnitOfWork], None] | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            engine: for transactions that write.
            reading_engine: for those that read; None: the same.
            check: called within each transaction that writes, before anything else; what it raises ends that.
        """
        self._check = check
        for one in {engine, reading_engine or engine}:
            refuse_nul(one)
        self.engine, self._reading_engine = engine, reading(reading_engine or engine)
        self.later: LaterWrites | None = None

    def __call__(self) -> SQLUnitOfWork:
        return SQLUnitOfWork(self.engine, self._check)

    def reading(self) -> SQLReadUnitOfWork:
        return SQLReadUnitOfWork(self._reading_engine)

    def by_the_way(self, write: Callable[[UnitOfWork], None], *, is_kept: bool = True) -> None:
        if self.later is not None:
            self.later.add(write, is_kept=is_kept)
            return
        with self() as work:
            write(work)
            work.commit()


def unwaiting(url: str, pause: Callable[[float], object]) -> SQLUnitOfWorkFactory:
    """Return transactions for a process whose one thread must never wait for the database.

    Those that write wait in turn while `pause` lets others go on; those that read, and what is written by the way,
    have connections of their own, so that none of them waits for a writer's.
    """
    engine, without_wait = open_engine(url, pause=pause, most_waiting=_MOST_WRITERS), open_engine(url, pause=pause)
    work = SQLUnitOfWorkFactory(engine, without_wait)
    work.later = LaterWrites(lambda: SQLUnitOfWork(impatient(without_wait)), work)
    return work
