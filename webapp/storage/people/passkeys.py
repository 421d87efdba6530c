"""Passkeys, over SQLAlchemy."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select, update

from webapp.domain.people.passkeys import Passkey
from webapp.services.ports import PasskeyRepository
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.sign_in_tables import PasskeyRow


class SQLPasskeyRepository(SQLRepository, PasskeyRepository):
    """`PasskeyRepository` over SQLAlchemy."""

    def list(self, user_id: int) -> Sequence[Passkey]:
        found = select(PasskeyRow).where(PasskeyRow.user_id == user_id).order_by(PasskeyRow.id)
        return [_passkey(row) for row in self._session.scalars(found)]

    def exist(self) -> bool:
        return bool(self._session.scalar(select(exists().where(PasskeyRow.id > 0))))

    def get(self, passkey_id: int) -> Passkey | None:
        row = self._session.get(PasskeyRow, passkey_id)
        return _passkey(row) if row else None

    def find(self, credential_id: bytes) -> Passkey | None:
        row = self._session.scalar(select(PasskeyRow).where(PasskeyRow.credential_id == credential_id))
        return _passkey(row) if row else None

    def add(self, passkey: Passkey) -> Passkey:
        row = PasskeyRow(
            user_id=passkey.user_id,
            name=passkey.name,
            rp_id=passkey.rp_id,
            credential_id=passkey.credential_id,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            created_at=passkey.created_at,
        )
        self._session.add(row)
        self._session.flush()
        return _passkey(row)

    def note_use(self, passkey_id: int, sign_count: int, at: datetime) -> None:
        used = {"sign_count": sign_count, "last_used_at": at}
        self._session.execute(update(PasskeyRow).where(PasskeyRow.id == passkey_id).values(**used))

    def remove(self, passkey_id: int) -> None:
        self._session.execute(delete(PasskeyRow).where(PasskeyRow.id == passkey_id))


def _passkey(row: PasskeyRow) -> Passkey:
    return Passkey(
        user_id=row.user_id,
        name=row.name,
        rp_id=row.rp_id,
        credential_id=row.credential_id,
        public_key=row.public_key,
        sign_count=row.sign_count,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        passkey_id=row.id,
    )
