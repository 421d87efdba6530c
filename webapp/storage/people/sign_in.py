"""The ways in beside the password, over SQLAlchemy."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from webapp.domain.people.second_factor import SecondFactor
from webapp.domain.people.single_sign_on import SignInLink, sign_in_key
from webapp.services.ports import SecondFactorRepository, SignInLinkRepository
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.sign_in_tables import RecoveryCodeRow, SignInLinkRow
from webapp.storage.db.tables import UserRow


class SQLSecondFactorRepository(SQLRepository, SecondFactorRepository):
    """`SecondFactorRepository` over SQLAlchemy."""

    def get(self, user_id: int) -> SecondFactor | None:
        row = self._session.get_one(UserRow, user_id)
        if row.second_factor is None:
            return None
        return SecondFactor(row.second_factor, row.second_factor_step or 0)

    def put(self, user_id: int, factor: SecondFactor) -> None:
        row = self._session.get_one(UserRow, user_id)
        row.second_factor, row.second_factor_step = factor.encrypted_secret, factor.last_step
        self._session.flush()

    def remove(self, user_id: int) -> None:
        row = self._session.get_one(UserRow, user_id)
        row.second_factor, row.second_factor_step = None, None
        self.put_codes(user_id, [])

    def code_hashes(self, user_id: int) -> Sequence[str]:
        found = select(RecoveryCodeRow.code_hash).where(RecoveryCodeRow.user_id == user_id)
        return self._session.scalars(found).all()

    def put_codes(self, user_id: int, code_hashes: Sequence[str]) -> None:
        self._session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))
        self._session.add_all(RecoveryCodeRow(user_id=user_id, code_hash=code_hash) for code_hash in code_hashes)
        self._session.flush()

    def remove_code(self, user_id: int, code_hash: str) -> None:
        one = (RecoveryCodeRow.user_id == user_id) & (RecoveryCodeRow.code_hash == code_hash)
        self._session.execute(delete(RecoveryCodeRow).where(one))


class SQLSignInLinkRepository(SQLRepository, SignInLinkRepository):
    """`SignInLinkRepository` over SQLAlchemy."""

    def get(self, user_id: int) -> SignInLink | None:
        row = self._session.get(SignInLinkRow, user_id)
        return _link(row) if row else None

    def find(self, issuer: str, subject: str) -> SignInLink | None:
        wanted = select(SignInLinkRow).where(SignInLinkRow.issuer == issuer, SignInLinkRow.subject == subject)
        row = self._session.scalar(wanted)
        return _link(row) if row else None

    def find_expected(self, sign_in_name: str) -> SignInLink | None:
        wanted = select(SignInLinkRow).where(SignInLinkRow.sign_in_key == sign_in_key(sign_in_name))
        row = self._session.scalar(wanted)
        return _link(row) if row else None

    def put(self, link: SignInLink) -> None:
        row = SignInLinkRow(
            user_id=link.user_id,
            sign_in_name=link.sign_in_name,
            sign_in_key=sign_in_key(link.sign_in_name) or None,
            issuer=link.issuer or None,
            subject=link.subject or None,
        )
        self._session.merge(row)
        self._session.flush()

    def remove(self, user_id: int) -> None:
        self._session.execute(delete(SignInLinkRow).where(SignInLinkRow.user_id == user_id))


def _link(row: SignInLinkRow) -> SignInLink:
    return SignInLink(row.user_id, row.sign_in_name, row.issuer or "", row.subject or "")
