"""Sessions and tokens: who is behind a request, and for how long."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask, Request, session
from flask_login import LoginManager, UserMixin, login_user, logout_user

from webapp.domain.accounts import User
from webapp.errors import NotFound
from webapp.web.guards import Credentials, credentials_wanted
from webapp.web.wiring import WebServices, app_services, app_settings

_ENDS_AT = "ends_at"
_SESSION_ID = "session_id"
_BEARER = "Bearer "


class SignedIn(UserMixin):
    """What Flask-Login keeps: a person, and in the cookie the person's session epoch."""

    def __init__(self, person: User) -> None:
        self.person = person

    def get_id(self) -> str:
        """Return what the cookie says: it is worth nothing once the epoch has moved on."""
        return f"{self.person.user_id}:{self.person.session_epoch}"


@dataclass(frozen=True)
class SessionLease:
    """A session as a long-lived connection carries it, to be looked at again while it lasts."""

    user_id: int
    epoch: int
    session_id: str
    ends_at: datetime

    def is_valid(self, services: WebServices) -> bool:
        """Tell whether the session still stands."""
        if services.clock.now() >= self.ends_at:
            return False
        try:
            user = services.accounts.get(self.user_id)
        except NotFound:
            return False
        return user.enabled and user.session_epoch == self.epoch


def init_app(app: Flask) -> None:
    """Read the session, or the bearer token, of each request."""
    logins = LoginManager(app, add_context_processor=False)
    logins.session_protection = None
    logins.user_loader(_user_of_session)
    logins.request_loader(_user_of_token)


def begin_session(user: User) -> None:
    """Sign a person in; nothing of an earlier session is kept."""
    session.clear()
    session.permanent = True
    ends_at = app_services().clock.now() + timedelta(hours=app_settings().session_hours)
    session[_ENDS_AT] = int(ends_at.timestamp())
    session[_SESSION_ID] = secrets.token_urlsafe(12)
    login_user(SignedIn(user))


def end_session() -> None:
    """Sign the person out."""
    logout_user()
    session.clear()


def session_id() -> str:
    """Return what tells this session from the person's other ones."""
    return str(session.get(_SESSION_ID, ""))


def had_session() -> bool:
    """Tell whether the request came with a session, be it one that has ended."""
    return _ENDS_AT in session


def current_lease(user: User) -> SessionLease:
    """Return the current request's session for a connection that outlives the request."""
    ends_at = datetime.fromtimestamp(session.get(_ENDS_AT, 0), UTC)
    return SessionLease(user.user_id, user.session_epoch, session_id(), ends_at)


def _user_of_session(session_user: str) -> SignedIn | None:
    user_id, _, epoch = session_user.partition(":")
    services = app_services()
    if credentials_wanted() is Credentials.TOKEN or services.clock.now().timestamp() >= session.get(_ENDS_AT, 0):
        return None
    try:
        user = services.accounts.get(int(user_id))
    except (NotFound, ValueError):
        return None
    return SignedIn(user) if user.enabled and str(user.session_epoch) == epoch else None


def _user_of_token(request: Request) -> SignedIn | None:
    authorization = request.headers.get("Authorization", "")
    if credentials_wanted() is Credentials.SESSION or not authorization.startswith(_BEARER):
        return None
    user = app_services().accounts.user_of_token(authorization.removeprefix(_BEARER).strip())
    return SignedIn(user) if user else None
