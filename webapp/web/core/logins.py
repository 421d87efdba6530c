"""Sessions and tokens: who is behind a request, and for how long.

The cookie carries a secret and nothing else that counts; the session itself is a row in the database. When the row
goes, every copy of the cookie is worth nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Flask, Request, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from webapp.domain.people.accounts import APIToken, User, UserSession
from webapp.services.secrets import secret_hash
from webapp.web.core.app_context import app_services
from webapp.web.core.devices import device_words
from webapp.web.core.guards import Credentials, credentials_wanted
from webapp.web.core.page_facts import page_facts_of

_HAD_SESSION = "had_session"
_BEARER = "Bearer "


class SignedIn(UserMixin):
    """What Flask-Login keeps of a request: the person, and the session or the token that proves it."""

    def __init__(
        self, person: User, *, secret: str = "", session: UserSession | None = None, token: APIToken | None = None
    ) -> None:
        self.person, self.session, self.token = person, session, token
        self._secret = secret

    def get_id(self) -> str:
        """Return what the cookie carries."""
        return self._secret


@dataclass(frozen=True)
class SessionLease:
    """A session as a long-lived connection carries it, to be looked at again while it lasts.

    Attributes:
        user_id: whose.
        session_id: which, for who ends it by its number.
        secret_hash: of what its cookie carries: no other session is ever taken for it.
    """

    user_id: int
    session_id: int
    secret_hash: str = field(repr=False)

    def is_among(self, sessions: Mapping[str, UserSession]) -> bool:
        """Return whether this person's session is one of these, by the hashes of their secrets."""
        session = sessions.get(self.secret_hash)
        return session is not None and session.user_id == self.user_id


def init_app(app: Flask) -> None:
    """Read the session, or the bearer token, of each request."""
    logins = LoginManager(app, add_context_processor=False)
    logins.session_protection = None
    logins.user_loader(_user_of_session)
    logins.request_loader(_user_of_token)


def begin_session(user: User) -> None:
    """Sign a person in; nothing of an earlier session is kept, and the one that this browser had is over."""
    end_session()
    session.permanent = True
    session[_HAD_SESSION] = True
    device = device_words(request.user_agent.string)
    secret = app_services().sessions.begin(user, device=device, address=request.remote_addr or "")
    login_user(SignedIn(user, secret=secret))


def end_session() -> None:
    """Sign the person out, on this cookie and on all copies of it."""
    standing = current_session()
    if standing is not None:
        app_services().sessions.end(standing.session_id)
    logout_user()
    session.clear()


def current_session() -> UserSession | None:
    """Return the session of this request; None where there is none, or a token."""
    return current_user.session if current_user.is_authenticated else None


def had_session() -> bool:
    """Return whether the request came with a session, be it one that has ended."""
    return _HAD_SESSION in session


def current_lease() -> SessionLease | None:
    """Return the current request's session for a connection that outlives the request."""
    standing = current_session()
    if standing is None:
        return None
    return SessionLease(standing.user_id, standing.session_id, secret_hash(current_user.get_id()))


def _user_of_session(secret: str) -> SignedIn | None:
    if credentials_wanted() is Credentials.TOKEN:
        return None
    found = page_facts_of(secret).signed_in
    return SignedIn(found.user, secret=secret, session=found.session) if found else None


def _user_of_token(request: Request) -> SignedIn | None:
    authorization = request.headers.get("Authorization", "")
    if credentials_wanted() is Credentials.SESSION or not authorization.startswith(_BEARER):
        return None
    holder = app_services().tokens.find(authorization.removeprefix(_BEARER).strip())
    return SignedIn(holder.user, token=holder.token) if holder else None
