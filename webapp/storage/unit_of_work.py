"""Transactions over all repositories: those that read, and those that write."""

from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from webapp.services.ports import ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory
from webapp.storage.access import InvitationRows, SessionRows, TokenRows
from webapp.storage.accounts import SettingRows, UserRows
from webapp.storage.cameras import CameraRows, RuleRows
from webapp.storage.engine import reading
from webapp.storage.event_log import EventRows
from webapp.storage.incidents import IncidentRows
from webapp.storage.kiosks import KioskRows
from webapp.storage.looks import LookRows
from webapp.storage.retention import RetentionRows
from webapp.storage.saved_views import SavedViewRows
from webapp.storage.scores import ScoreRows


class SQLReadUnitOfWork(ReadUnitOfWork):
    """`ReadUnitOfWork` over SQLAlchemy."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Self:
        self._session = Session(self._engine, expire_on_commit=False)
        self.cameras = CameraRows(self._session)
        self.rules = RuleRows(self._session)
        self.incidents = IncidentRows(self._session)
        self.users = UserRows(self._session)
        self.sessions = SessionRows(self._session)
        self.tokens = TokenRows(self._session)
        self.invitations = InvitationRows(self._session)
        self.kiosks = KioskRows(self._session)
        self.events = EventRows(self._session)
        self.settings = SettingRows(self._session)
        self.retention = RetentionRows(self._session)
        self.scores = ScoreRows(self._session)
        self.views = SavedViewRows(self._session)
        self.looks = LookRows(self._session)
        return self

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

    On SQLite it takes the write lock at its beginning (see `engine`), so a read-then-write cannot be overtaken; on
    PostgreSQL `for_update` locks the row.
    """

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Roll back what was not committed."""
        self._session.close()

    def commit(self) -> None:
        self._session.commit()


class SQLUnitOfWorkFactory(UnitOfWorkFactory):
    """`UnitOfWorkFactory` over one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self._reading_engine = engine, reading(engine)

    def __call__(self) -> SQLUnitOfWork:
        return SQLUnitOfWork(self.engine)

    def reading(self) -> SQLReadUnitOfWork:
        return SQLReadUnitOfWork(self._reading_engine)
