"""Sessions: which browsers are signed in, and how each is ended for good, copies of its cookie included."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from webapp.domain.events import Event, EventKind
from webapp.domain.people.accounts import User, UserSession
from webapp.domain.people.session_times import SessionTimes
from webapp.errors import NotFound
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory
from webapp.services.secrets import NOTED_EVERY, is_due, new_secret, secret_hash
from webapp.services.stored_rules import StoredRule
from webapp.settings import Settings

SESSION_TIMES_SETTING = "session times"
_MAX_DEVICE, _MAX_ADDRESS = 120, 64


@dataclass(frozen=True)
class SignedInSession:
    """A valid session, and whose it is."""

    user: User
    session: UserSession


@dataclass(frozen=True)
class SessionService:
    """The use cases around sessions.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time.
        default_times: how long sessions last until an admin sets something else.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    default_times: SessionTimes

    def times(self) -> SessionTimes:
        """Return how long sessions last."""
        with self.unit_of_work.reading() as work:
            return self._times(work)

    def change_times(self, times: SessionTimes, actor: str) -> None:
        """Let sessions last for another time from now on, those that have begun too."""
        with self.unit_of_work() as work:
            self._rule.change(work, times, self.clock.now(), actor)
            for session in work.sessions.list():
                work.sessions.set_end(session.session_id, session.began_at + timedelta(hours=times.hours))
            work.commit()

    def begin(self, user: User, *, device: str = "", address: str = "") -> str:
        """Begin a session and return the secret for its cookie."""
        now, secret = self.clock.now(), new_secret()
        session = UserSession(
            user_id=user.user_id,
            epoch=user.session_epoch,
            device=device[:_MAX_DEVICE],
            address=address[:_MAX_ADDRESS],
            began_at=now,
            seen_at=now,
            ends_at=now,
        )
        with self.unit_of_work() as work:
            session = replace(session, ends_at=now + timedelta(hours=self._times(work).hours))
            work.sessions.add(session, secret_hash(secret))
            payload = {"user_id": user.user_id, "device": session.device, "address": session.address}
            work.events.append(Event(EventKind.SIGNED_IN, now, payload, user.name))
            work.commit()
        return secret

    def find_within(self, work: ReadUnitOfWork, secret: str) -> SignedInSession | None:
        """Return the session of a cookie if it stands, within a transaction."""
        session = work.sessions.find(secret_hash(secret))
        user = work.users.get(session.user_id) if session else None
        if session is None or user is None or not self._stands(session, user, self._times(work)):
            return None
        return SignedInSession(user, session)

    def note_seen(self, session: UserSession) -> None:
        """Note that a session is used, if that was not noted lately; while the database is locked it is not."""
        now = self.clock.now()
        if is_due(session.seen_at, now):
            self.unit_of_work.by_the_way(lambda work: work.sessions.note_seen(session.session_id, now), is_kept=False)

    def watching(self, secret_hashes: Collection[str]) -> Mapping[str, UserSession]:
        """Return which sessions may go on, by their hash, of those that connections outlive their request with.

        Nobody goes on watching who has to choose another password before anything else.
        """
        with self.unit_of_work.reading() as work:
            sessions = work.sessions.find_all(secret_hashes)
            users = {user.user_id: user for user in work.users.list() if not user.must_change_password}
            times = self._times(work)
        return {
            secret_hash: session
            for secret_hash, session in sessions.items()
            if session.user_id in users and self._stands(session, users[session.user_id], times)
        }

    def list(self, user_id: int | None = None) -> Sequence[SignedInSession]:
        """Return one person's valid sessions, or everybody's, the last used first."""
        with self.unit_of_work.reading() as work:
            users = {user.user_id: user for user in work.users.list()}
            sessions, times = work.sessions.list(user_id), self._times(work)
        return [
            SignedInSession(users[session.user_id], session)
            for session in sessions
            if session.user_id in users and self._stands(session, users[session.user_id], times)
        ]

    def end(self, session_id: int) -> None:
        """Sign out: the cookie is worth nothing from now on. One that is over already is no error, and no event."""
        with self.unit_of_work() as work:
            session = work.sessions.get(session_id)
            user = work.users.get(session.user_id) if session else None
            if session is not None and user is not None and self._stands(session, user, self._times(work)):
                self._remove(work, session, EventKind.SIGNED_OUT, user.name)
            work.commit()

    def revoke(self, session_id: int, actor: str, *, of_user: int | None = None) -> UserSession:
        """End a session from elsewhere.

        Args:
            session_id: which.
            actor: who does it.
            of_user: the person whose it has to be; None for an admin, who may end anyone's.

        Raises:
            NotFound: there is none, or it is someone else's.
        """
        with self.unit_of_work() as work:
            session = work.sessions.get(session_id)
            if session is None or of_user not in (None, session.user_id):
                raise NotFound("That session is over already.")
            self._remove(work, session, EventKind.SESSION_REVOKED, actor)
            work.commit()
        return session

    @property
    def _rule(self) -> StoredRule[SessionTimes]:
        return StoredRule(SESSION_TIMES_SETTING, self.default_times)

    def _times(self, work: ReadUnitOfWork) -> SessionTimes:
        return self._rule.read(work)

    def _stands(self, session: UserSession, user: User, times: SessionTimes) -> bool:
        """Return whether the session is good now; its last use is known to the minute, in favour of the person."""
        now, idle = self.clock.now(), timedelta(minutes=times.idle_minutes)
        return session.stands(user, now) and (not idle or now - session.seen_at < idle + NOTED_EVERY)

    def _remove(self, work: UnitOfWork, session: UserSession, kind: EventKind, actor: str | None) -> None:
        work.sessions.remove(session.session_id)
        payload = {"user": _name_of(work, session), "device": session.device, "address": session.address}
        work.events.append(Event(kind, self.clock.now(), payload, actor))


def session_times(settings: Settings) -> SessionTimes:
    """Return how long sessions last where an admin has set nothing else."""
    return SessionTimes(settings.session_hours, settings.session_idle_minutes)


def _name_of(work: ReadUnitOfWork, session: UserSession) -> str | None:
    user = work.users.get(session.user_id)
    return user.name if user else None
