"""Links by which people choose another password, over SQLAlchemy."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from webapp.domain.people.password_resets import PasswordReset
from webapp.services.ports import PasswordResetRepository
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.sign_in_tables import PasswordResetRow


class SQLPasswordResetRepository(SQLRepository, PasswordResetRepository):
    """`PasswordResetRepository` over SQLAlchemy."""

    def add(self, reset: PasswordReset) -> None:
        self._session.add(
            PasswordResetRow(
                name=reset.name,
                page=reset.page,
                subject=reset.subject,
                text=reset.text,
                asked_at=reset.asked_at,
                is_waiting=reset.is_waiting,
                tries=reset.tries,
            )
        )
        self._session.flush()

    def waiting(self) -> Sequence[PasswordReset]:
        rows = select(PasswordResetRow).where(PasswordResetRow.is_waiting).order_by(PasswordResetRow.id)
        return [_reset(row) for row in self._session.scalars(rows)]

    def count_waiting(self) -> int:
        counted = select(func.count()).select_from(PasswordResetRow).where(PasswordResetRow.is_waiting)
        return self._session.scalar(counted) or 0

    def of_user(self, user_id: int) -> Sequence[PasswordReset]:
        rows = select(PasswordResetRow).where(PasswordResetRow.user_id == user_id)
        return [_reset(row) for row in self._session.scalars(rows)]

    def find(self, token_hash: str, *, for_update: bool = False) -> PasswordReset | None:
        query = select(PasswordResetRow).where(PasswordResetRow.token_hash == token_hash)
        row = self._session.scalar(query.with_for_update() if for_update else query)
        return _reset(row) if row else None

    def update(self, reset: PasswordReset, token_hash: str | None) -> None:
        row = self._session.get_one(PasswordResetRow, reset.reset_id)
        row.is_waiting, row.tries, row.user_id = reset.is_waiting, reset.tries, reset.user_id
        row.token_hash, row.expires_at = token_hash, reset.expires_at
        self._session.flush()

    def spoil(self, user_id: int) -> None:
        links = update(PasswordResetRow).where(PasswordResetRow.user_id == user_id)
        self._session.execute(links.values(token_hash=None, expires_at=None))

    def remove_before(self, at: datetime) -> None:
        self._session.execute(delete(PasswordResetRow).where(PasswordResetRow.asked_at < at))


def _reset(row: PasswordResetRow) -> PasswordReset:
    return PasswordReset(
        name=row.name,
        page=row.page,
        subject=row.subject,
        text=row.text,
        asked_at=row.asked_at,
        is_waiting=row.is_waiting,
        tries=row.tries,
        user_id=row.user_id,
        expires_at=row.expires_at,
        reset_id=row.id,
    )
