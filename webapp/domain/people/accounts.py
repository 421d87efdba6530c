"""The people who use Amends."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.people.releases import NEWEST_RELEASE
from webapp.domain.people.roles import Role

MIN_PASSWORD_LENGTH = 10
MAX_USER_NAME = 60
TOKEN_DAYS = (30, 90, 365)
DEFAULT_TOKEN_DAYS = 90
_TOKEN_WARNING = timedelta(days=14)


class TokenScope(StrEnum):
    """What a program may do with a token, within what its person may do."""

    READ = "read"
    ACT = "act"


@dataclass(frozen=True)
class User:
    """One person.

    Attributes:
        user_id: row id; 0 until stored.
        name: what the person logs in with; unique without regard to case.
        role: what the person may do.
        enabled: whether the person may log in.
        session_epoch: counts up when role or password change or the person is disabled, which ends all sessions.
        must_change_password: whether the person has to choose another password before anything else.
        has_second_factor: whether a device of the person's shows codes to log in with.
        seen_release: up to which version the person has read what is new.
        mail: where the person gets mails; empty for nowhere.
    """

    name: str
    role: Role
    enabled: bool = True
    session_epoch: int = 1
    user_id: int = 0
    created_at: datetime | None = None
    last_login_at: datetime | None = None
    must_change_password: bool = False
    has_second_factor: bool = False
    seen_release: str = NEWEST_RELEASE
    mail: str = ""

    def may(self, role: Role) -> bool:
        """Return whether the person may do what `role` may do."""
        return self.enabled and self.role.includes(role)


@dataclass(frozen=True)
class UserSession:
    """One browser in which a person is signed in.

    Attributes:
        user_id: whose.
        epoch: the person's session epoch when it began; another one now means that it is over.
        device: browser and system in a few words, as the browser said them.
        address: network address that it was begun from.
        began_at: when the person signed in.
        seen_at: when it was last used, to the minute.
        ends_at: when the person has to sign in again.
        session_id: row id; 0 until stored.
    """

    user_id: int
    epoch: int
    device: str
    address: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    session_id: int = 0

    def stands(self, user: User, now: datetime) -> bool:
        """Return whether the session of this person is good now."""
        return user.enabled and user.session_epoch == self.epoch and now < self.ends_at


@dataclass(frozen=True)
class APIToken:
    """A token that a program shows.

    Attributes:
        user_id: whose rights it carries.
        name: what it is for, in the admin's words.
        scope: what it may do within those rights.
        created_at: when it was made.
        expires_at: when it stops working.
        used_at: when it was last used, to the minute; None while it never was.
        token_id: row id; 0 until stored.
    """

    user_id: int
    name: str
    scope: TokenScope
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    token_id: int = 0

    def is_over(self, now: datetime) -> bool:
        """Return whether it works no more."""
        return now >= self.expires_at

    def ends_soon(self, now: datetime) -> bool:
        """Return whether it is time to make another one."""
        return not self.is_over(now) and now >= self.expires_at - _TOKEN_WARNING


@dataclass(frozen=True)
class Invitation:
    """A one-time link by which someone may add themselves.

    Attributes:
        role: what they will be.
        note: whom it is for, in the admin's words.
        invited_by: the admin's name.
        created_at: when it was made.
        expires_at: when it stops working.
        invitation_id: row id; 0 until stored.
    """

    role: Role
    note: str
    invited_by: str
    created_at: datetime
    expires_at: datetime
    invitation_id: int = 0
