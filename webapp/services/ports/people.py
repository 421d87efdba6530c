"""What the use cases need of the database about people, their access, and what is theirs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from webapp.domain.insights.saved_views import SavedView
from webapp.domain.people.accounts import APIToken, Invitation, User, UserSession


class UserRepository(Protocol):
    """The people."""

    def list(self) -> Sequence[User]:
        """Return everybody by name."""

    def get(self, user_id: int) -> User | None:
        """Return one person."""

    def find(self, name: str) -> User | None:
        """Return the person of that name, without regard to case."""

    def add(self, user: User, password_hash: str) -> User:
        """Store a new person and return them with their id."""

    def update(self, user: User) -> None:
        """Store role, enabled, session epoch, last log-in, mail address, and whether the password has to be changed."""

    def password_hash(self, user_id: int) -> str | None:
        """Return the stored hash."""

    def set_password_hash(self, user_id: int, password_hash: str) -> None:
        """Store another hash."""

    def note_release(self, user_id: int, release: str) -> None:
        """Store up to which version a person has read what is new; nothing where the person is gone."""


class SessionRepository(Protocol):
    """The browsers in which people are signed in."""

    def add(self, session: UserSession, token_hash: str) -> UserSession:
        """Store a new one and return it with its id."""

    def find(self, token_hash: str) -> UserSession | None:
        """Return the session of a cookie, be it over or not."""

    def get(self, session_id: int) -> UserSession | None:
        """Return one."""

    def find_all(self, token_hashes: Collection[str]) -> Mapping[str, UserSession]:
        """Return the sessions of these cookies, be they over or not, by the hashes that there are."""

    def list(self, user_id: int | None = None) -> Sequence[UserSession]:
        """Return one person's, or everybody's, the last used first."""

    def set_end(self, session_id: int, at: datetime) -> None:
        """Store when its person has to sign in again."""

    def note_seen(self, session_id: int, at: datetime) -> None:
        """Store when it was last used; nothing of one that is gone."""

    def remove(self, session_id: int) -> None:
        """Delete one: its cookie is worth nothing from now on, whoever has a copy."""

    def remove_ended(self, now: datetime) -> int:
        """Delete those that are over and return how many they were."""


class TokenRepository(Protocol):
    """The API tokens."""

    def add(self, token: APIToken, token_hash: str) -> APIToken:
        """Store a new one and return it with its id."""

    def find(self, token_hash: str) -> APIToken | None:
        """Return the one that a program shows."""

    def get(self, token_id: int) -> APIToken | None:
        """Return one."""

    def list(self) -> Sequence[APIToken]:
        """Return all, the newest first."""

    def note_used(self, token_id: int, at: datetime) -> None:
        """Store when it was last used; nothing of one that is gone."""

    def remove(self, token_id: int) -> None:
        """Delete one."""


class InvitationRepository(Protocol):
    """The one-time links."""

    def add(self, invitation: Invitation, token_hash: str) -> Invitation:
        """Store a new one and return it with its id."""

    def find(self, token_hash: str, *, for_update: bool = False) -> Invitation | None:
        """Return the one of a link; with `for_update` nobody else uses it before this unit of work ends."""

    def get(self, invitation_id: int) -> Invitation | None:
        """Return one."""

    def list(self) -> Sequence[Invitation]:
        """Return all, the newest first."""

    def remove(self, invitation_id: int) -> None:
        """Delete one."""

    def remove_expired(self, now: datetime) -> int:
        """Delete those that have run out and return how many they were."""


class SavedViewRepository(Protocol):
    """The views of the log that people keep."""

    def of_user(self, user_id: int) -> Sequence[SavedView]:
        """Return one person's views by name."""

    def put(self, user_id: int, view: SavedView) -> SavedView:
        """Store a view, in place of the person's one of the same name, and return it with its id."""

    def remove(self, user_id: int, view_id: int) -> bool:
        """Delete a view of that person; tell whether there was one."""


@dataclass(frozen=True)
class ReadMarker:
    """How far a person has seen the event log, and when."""

    event_id: int
    at: datetime


class ReadMarkerRepository(Protocol):
    """Who looked at the dashboard last, and how far."""

    def get(self, user_id: int) -> ReadMarker | None:
        """Return a person's last look."""

    def put(self, user_id: int, event_id: int, at: datetime) -> None:
        """Store it."""
