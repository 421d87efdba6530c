"""Sessions, API tokens and invitations, over SQLAlchemy."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update

from webapp.domain.people.accounts import APIToken, Invitation, TokenScope, UserSession
from webapp.domain.people.roles import Role
from webapp.services.ports import InvitationRepository, SessionRepository, TokenRepository
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import InvitationRow, SessionRow, TokenRow, UserRow


class SQLSessionRepository(SQLRepository, SessionRepository):
    """`SessionRepository` over SQLAlchemy."""

    def add(self, session: UserSession, token_hash: str) -> UserSession:
        row = SessionRow(
            user_id=session.user_id,
            token_hash=token_hash,
            epoch=session.epoch,
            device=session.device,
            address=session.address,
            began_at=session.began_at,
            seen_at=session.seen_at,
            ends_at=session.ends_at,
        )
        self._session.add(row)
        self._session.flush()
        return _user_session(row)

    def find(self, token_hash: str) -> UserSession | None:
        row = self._session.scalar(select(SessionRow).where(SessionRow.token_hash == token_hash))
        return _user_session(row) if row else None

    def find_all(self, token_hashes: Collection[str]) -> Mapping[str, UserSession]:
        rows = self._session.scalars(select(SessionRow).where(SessionRow.token_hash.in_(token_hashes)))
        return {row.token_hash: _user_session(row) for row in rows}

    def get(self, session_id: int) -> UserSession | None:
        row = self._session.get(SessionRow, session_id)
        return _user_session(row) if row else None

    def list(self, user_id: int | None = None) -> Sequence[UserSession]:
        query = select(SessionRow).order_by(SessionRow.seen_at.desc(), SessionRow.id.desc())
        wanted = query if user_id is None else query.where(SessionRow.user_id == user_id)
        return [_user_session(row) for row in self._session.scalars(wanted)]

    def set_end(self, session_id: int, at: datetime) -> None:
        self._session.execute(update(SessionRow).where(SessionRow.id == session_id).values(ends_at=at))

    def note_seen(self, session_id: int, at: datetime) -> None:
        self._session.execute(update(SessionRow).where(SessionRow.id == session_id).values(seen_at=at))

    def remove(self, session_id: int) -> None:
        self._session.execute(delete(SessionRow).where(SessionRow.id == session_id))

    def remove_ended(self, now: datetime) -> int:
        current = select(UserRow.id).where(
            UserRow.id == SessionRow.user_id, UserRow.enabled, UserRow.session_epoch == SessionRow.epoch
        )
        over = delete(SessionRow).where((SessionRow.ends_at <= now) | ~current.exists())
        return _count(self._session.execute(over))


class SQLTokenRepository(SQLRepository, TokenRepository):
    """`TokenRepository` over SQLAlchemy."""

    def add(self, token: APIToken, token_hash: str) -> APIToken:
        row = TokenRow(
            user_id=token.user_id,
            token_hash=token_hash,
            name=token.name,
            scope=token.scope.value,
            created_at=token.created_at,
            expires_at=token.expires_at,
        )
        self._session.add(row)
        self._session.flush()
        return _token(row)

    def find(self, token_hash: str) -> APIToken | None:
        row = self._session.scalar(select(TokenRow).where(TokenRow.token_hash == token_hash))
        return _token(row) if row else None

    def get(self, token_id: int) -> APIToken | None:
        row = self._session.get(TokenRow, token_id)
        return _token(row) if row else None

    def list(self) -> Sequence[APIToken]:
        return [_token(row) for row in self._session.scalars(select(TokenRow).order_by(TokenRow.id.desc()))]

    def note_used(self, token_id: int, at: datetime) -> None:
        self._session.execute(update(TokenRow).where(TokenRow.id == token_id).values(used_at=at))

    def remove(self, token_id: int) -> None:
        self._session.execute(delete(TokenRow).where(TokenRow.id == token_id))


class SQLInvitationRepository(SQLRepository, InvitationRepository):
    """`InvitationRepository` over SQLAlchemy."""

    def add(self, invitation: Invitation, token_hash: str) -> Invitation:
        row = InvitationRow(
            token_hash=token_hash,
            role=invitation.role.value,
            note=invitation.note,
            invited_by=invitation.invited_by,
            created_at=invitation.created_at,
            expires_at=invitation.expires_at,
        )
        self._session.add(row)
        self._session.flush()
        return _invitation(row)

    def find(self, token_hash: str, *, for_update: bool = False) -> Invitation | None:
        query = select(InvitationRow).where(InvitationRow.token_hash == token_hash)
        row = self._session.scalar(query.with_for_update() if for_update else query)
        return _invitation(row) if row else None

    def get(self, invitation_id: int) -> Invitation | None:
        row = self._session.get(InvitationRow, invitation_id)
        return _invitation(row) if row else None

    def list(self) -> Sequence[Invitation]:
        return [
            _invitation(row) for row in self._session.scalars(select(InvitationRow).order_by(InvitationRow.id.desc()))
        ]

    def remove(self, invitation_id: int) -> None:
        self._session.execute(delete(InvitationRow).where(InvitationRow.id == invitation_id))

    def remove_expired(self, now: datetime) -> int:
        return _count(self._session.execute(delete(InvitationRow).where(InvitationRow.expires_at <= now)))


def _count(deleted: object) -> int:
    return cast("CursorResult[Any]", deleted).rowcount


def _user_session(row: SessionRow) -> UserSession:
    return UserSession(
        user_id=row.user_id,
        epoch=row.epoch,
        device=row.device,
        address=row.address,
        began_at=row.began_at,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
        session_id=row.id,
    )


def _token(row: TokenRow) -> APIToken:
    return APIToken(row.user_id, row.name, TokenScope(row.scope), row.created_at, row.expires_at, row.used_at, row.id)


def _invitation(row: InvitationRow) -> Invitation:
    return Invitation(Role(row.role), row.note, row.invited_by, row.created_at, row.expires_at, row.id)
