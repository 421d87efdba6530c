"""API tokens: made for a purpose, limited in scope, shown once, revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from webapp.domain.events import Event, EventKind
from webapp.domain.people.accounts import DEFAULT_TOKEN_DAYS, TOKEN_DAYS, APIToken, TokenScope, User
from webapp.errors import InputInvalid, NotFound
from webapp.services.checks import checked_name, parse_choice
from webapp.services.ports import Clock, UnitOfWorkFactory
from webapp.services.secrets import is_due, new_secret, secret_hash

TOKEN_PREFIX = "amends_"  # noqa: S105 - the beginning of every token, not a token.
MAX_TOKEN_NAME = 60


@dataclass(frozen=True)
class TokenHolder:
    """A token that is good, and whose rights it carries."""

    user: User
    token: APIToken


@dataclass(frozen=True)
class TokenService:
    """The use cases around API tokens."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def create(
        self,
        user_id: int,
        *,
        name: str = "unnamed",
        scope: str = "act",
        days: int = DEFAULT_TOKEN_DAYS,
        actor: str | None = None,
    ) -> str:
        """Make a token; it is shown once and stored only as a hash.

        Args:
            user_id: whose rights it carries.
            name: what it is for.
            scope: `read`, or `act` to change things as well.
            days: after which it stops working: 30, 90 or 365.
            actor: who did it.

        Raises:
            NotFound: there is nobody with this id.
            InputInvalid: name, scope or days cannot be used.
        """
        secret, now = new_secret(TOKEN_PREFIX), self.clock.now()
        checked, checked_scope = checked_name(name, MAX_TOKEN_NAME), parse_choice(TokenScope, scope, "scope")
        token = APIToken(user_id, checked, checked_scope, now, now + timedelta(days=_checked_days(days)))
        with self.unit_of_work() as work:
            user = work.users.get(user_id)
            if user is None:
                raise NotFound("There is no user %(user_id)s.", user_id=user_id)
            work.tokens.add(token, secret_hash(secret))
            payload = {
                "user_id": user_id,
                "user": user.name,
                "token": token.name,
                "scope": token.scope.value,
                "days": days,
            }
            work.events.append(Event(EventKind.TOKEN_CREATED, now, payload, actor))
            work.commit()
        return secret

    def find(self, secret: str) -> TokenHolder | None:
        """Return whom a token belongs to, if it works and the person is enabled, and note that it was used."""
        now = self.clock.now()
        with self.unit_of_work.reading() as work:
            token = work.tokens.find(secret_hash(secret))
            user = work.users.get(token.user_id) if token else None
        if token is None or token.is_over(now) or user is None or not user.enabled:
            return None
        if is_due(token.used_at, now):
            token_id = token.token_id
            self.unit_of_work.by_the_way(lambda work: work.tokens.note_used(token_id, now), is_kept=False)
        return TokenHolder(user, token)

    def list(self) -> Sequence[TokenHolder]:
        """Return all tokens, the newest first."""
        with self.unit_of_work.reading() as work:
            users = {user.user_id: user for user in work.users.list()}
            return [TokenHolder(users[token.user_id], token) for token in work.tokens.list()]

    def revoke(self, token_id: int, actor: str | None = None) -> APIToken:
        """Take a token back: from now on it opens nothing.

        Raises:
            NotFound: there is none with this id.
        """
        with self.unit_of_work() as work:
            token = work.tokens.get(token_id)
            if token is None:
                raise NotFound("That token has been revoked already.")
            work.tokens.remove(token_id)
            payload = {"user_id": token.user_id, "token": token.name, "scope": token.scope.value}
            work.events.append(Event(EventKind.TOKEN_REVOKED, self.clock.now(), payload, actor))
            work.commit()
        return token


def _checked_days(days: int) -> int:
    if days not in TOKEN_DAYS:
        choices = ", ".join(map(str, TOKEN_DAYS))
        raise InputInvalid("Expected one of %(choices)s days, got %(days)s.", choices=choices, days=days, field="days")
    return days
