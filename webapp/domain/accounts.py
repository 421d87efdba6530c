"""The people who use Amends."""

from dataclasses import dataclass
from datetime import datetime

from webapp.domain.roles import Role

MIN_PASSWORD_LENGTH = 10


@dataclass(frozen=True)
class User:
    """One person.

    Attributes:
        user_id: row id; 0 until stored.
        name: what the person logs in with; unique without regard to case.
        role: what the person may do.
        enabled: whether the person may log in.
        session_epoch: counts up when role or password change or the person is disabled, which ends all sessions.
    """

    name: str
    role: Role
    enabled: bool = True
    session_epoch: int = 1
    user_id: int = 0
    created_at: datetime | None = None
    last_login_at: datetime | None = None

    def may(self, role: Role) -> bool:
        """Tell whether the person may do what `role` may do."""
        return self.enabled and self.role.includes(role)
