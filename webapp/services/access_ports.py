"""What the use cases around sessions, tokens, invitations and kiosks need of the database, as Protocols."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from webapp.domain.accounts import APIToken, Invitation, UserSession
from webapp.domain.kiosks import Kiosk


class SessionRepository(Protocol):
    """The browsers in which people are signed in."""

    def add(self, session: UserSession, token_hash: str) -> UserSession:
        """Store a new one and return it with its id."""

    def find(self, token_hash: str) -> UserSession | None:
        """Return the session of a cookie, be it over or not."""

    def get(self, session_id: int) -> UserSession | None:
        """Return one."""

    def list(self, user_id: int | None = None) -> Sequence[UserSession]:
        """Return one person's, or everybody's, the last used first."""

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


class KioskRepository(Protocol):
    """The screens that are cameras."""

    def get(self, camera_id: int) -> Kiosk | None:
        """Return the screen of a camera."""

    def put(self, kiosk: Kiosk) -> None:
        """Store a screen; its code and secret stay as they are."""

    def note_seen(self, camera_id: int, at: datetime) -> None:
        """Store when the screen was last there; nothing of one that is gone."""

    def set_code(self, camera_id: int, code_hash: str | None) -> None:
        """Store the hash of a pairing link's code, or none."""

    def set_secret(self, camera_id: int, secret_hash: str | None) -> None:
        """Store the hash of what the paired screen's cookie carries, or none."""

    def find_by_code(self, code_hash: str) -> Kiosk | None:
        """Return the screen that a link is for; nobody else uses it before this unit of work ends."""

    def find_by_secret(self, secret_hash: str) -> Kiosk | None:
        """Return the screen of a cookie."""
