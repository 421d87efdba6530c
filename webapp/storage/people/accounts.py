"""People, and small facts about this installation, over SQLAlchemy."""

from collections.abc import Sequence

from sqlalchemy import select, update

from webapp.domain.cameras.names import name_key
from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role
from webapp.services.ports import SettingRepository, UserRepository
from webapp.storage.db.repository import SQLRepository
from webapp.storage.db.tables import SettingRow, UserRow


class SQLUserRepository(SQLRepository, UserRepository):
    """`UserRepository` over SQLAlchemy."""

    def list(self) -> Sequence[User]:
        return [_user(row) for row in self._session.scalars(select(UserRow).order_by(UserRow.name_key))]

    def get(self, user_id: int) -> User | None:
        row = self._session.get(UserRow, user_id)
        return _user(row) if row else None

    def find(self, name: str) -> User | None:
        row = self._session.scalar(select(UserRow).where(UserRow.name_key == name_key(name)))
        return _user(row) if row else None

    def add(self, user: User, password_hash: str) -> User:
        row = UserRow(
            name=user.name,
            name_key=name_key(user.name),
            role=user.role.value,
            enabled=user.enabled,
            session_epoch=user.session_epoch,
            password_hash=password_hash,
            created_at=user.created_at,
            must_change_password=user.must_change_password,
            seen_release=user.seen_release,
            mail=user.mail or None,
        )
        self._session.add(row)
        self._session.flush()
        return _user(row)

    def update(self, user: User) -> None:
        row = self._session.get_one(UserRow, user.user_id)
        row.must_change_password = user.must_change_password
        row.role, row.enabled = user.role.value, user.enabled
        row.session_epoch, row.last_login_at = user.session_epoch, user.last_login_at
        row.mail = user.mail or None
        self._session.flush()

    def password_hash(self, user_id: int) -> str | None:
        return self._session.scalar(select(UserRow.password_hash).where(UserRow.id == user_id))

    def set_password_hash(self, user_id: int, password_hash: str) -> None:
        self._session.get_one(UserRow, user_id).password_hash = password_hash

    def note_release(self, user_id: int, release: str) -> None:
        self._session.execute(update(UserRow).where(UserRow.id == user_id).values(seen_release=release))


class SQLSettingRepository(SQLRepository, SettingRepository):
    """`SettingRepository` over SQLAlchemy."""

    def get(self, key: str) -> str | None:
        row = self._session.get(SettingRow, key)
        return row.value if row else None

    def put(self, key: str, value: str) -> None:
        self._session.merge(SettingRow(key=key, value=value))
        self._session.flush()


def _user(row: UserRow) -> User:
    return User(
        name=row.name,
        role=Role(row.role),
        enabled=row.enabled,
        session_epoch=row.session_epoch,
        user_id=row.id,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
        must_change_password=row.must_change_password,
        has_second_factor=row.second_factor is not None,
        seen_release=row.seen_release,
        mail=row.mail or "",
    )
