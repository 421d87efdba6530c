"""Who may call what: every view and every socket handler names its role, and what names none is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_login import current_user
from werkzeug.exceptions import Forbidden, Unauthorized

from webapp.domain.people.accounts import APIToken, TokenScope, User
from webapp.domain.people.roles import Role

_log = structlog.get_logger("webapp.web")
_Callable = TypeVar("_Callable", bound=Callable[..., Any])
_MARK = "amends_access"
ROLE_NAMES = {Role.STAFF: lazy("staff"), Role.MANAGER: lazy("manager"), Role.ADMIN: lazy("admin")}
_READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class PasswordChangeRequired(Forbidden):
    """The person has to choose another password before anything else."""


class Credentials(StrEnum):
    """How a caller may prove who they are. A session is not taken where a token is asked for: no CSRF there."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - a name, not a token.
    EITHER = "either"


@dataclass(frozen=True)
class Access:
    """What a view or a socket handler asks of its caller; `role` None lets everybody in."""

    role: Role | None
    credentials: Credentials = Credentials.SESSION
    # Whether it is open to who has to choose another password before anything else.
    before_password_change: bool = False


def requires(
    role: Role, credentials: Credentials = Credentials.SESSION, *, before_password_change: bool = False
) -> Callable[[_Callable], _Callable]:
    """Let in who has the role."""
    return _marked(Access(role, credentials, before_password_change))


def public(view: _Callable) -> _Callable:
    """Let in everybody."""
    return _marked(Access(None))(view)


def access_of(function: Callable[..., Any]) -> Access | None:
    """Return what a view or socket handler asks for; None where nobody thought of it."""
    return getattr(function, _MARK, None)


def signed_in_user() -> User | None:
    """Return who is behind the session or the token of this request."""
    return current_user.person if current_user.is_authenticated else None


def current_person() -> User:
    """Return who is signed in, for a view that a role guards.

    Raises:
        Unauthorized: nobody is.
    """
    user = signed_in_user()
    if user is None:
        raise Unauthorized(_("Please log in."))
    return user


def signed_in_token() -> APIToken | None:
    """Return the token of this request; None where there is none, or a session."""
    return current_user.token if current_user.is_authenticated else None


def init_app(app: Flask) -> None:
    """Check every request before its view."""
    app.before_request(_check_request)


def _marked(access: Access) -> Callable[[_Callable], _Callable]:
    def mark(function: _Callable) -> _Callable:
        setattr(function, _MARK, access)
        return function

    return mark


def _check_request() -> None:
    if request.endpoint is None:
        return  # There is no such page: the 404 says so.
    access = access_of(current_app.view_functions[request.endpoint])
    if access is None:
        _log.error("endpoint_without_role", endpoint=request.endpoint)
        raise Forbidden(_("This page is not open to anyone: it names no role."))
    if access.role is None:
        return
    check_role(signed_in_user(), access.role)
    _check_scope()
    if must_change_password() and not access.before_password_change:
        raise PasswordChangeRequired(_("Choose a password of your own first."))


def _check_scope() -> None:
    token = signed_in_token()
    if token is not None and token.scope is TokenScope.READ and request.method not in _READING_METHODS:
        raise Forbidden(_("The token '%(name)s' may only read. Ask an admin for one that may act.", name=token.name))


def must_change_password() -> bool:
    """Return whether who is signed in has to choose another password; a program with a token does not."""
    user = signed_in_user()
    return user is not None and user.must_change_password and signed_in_token() is None


def check_role(user: User | None, role: Role) -> None:
    """Check one person against one role.

    Raises:
        Unauthorized: nobody is signed in.
        Forbidden: the person's role does not include it.
    """
    if user is None:
        raise Unauthorized(_("Please log in."))
    if not user.may(role):
        raise Forbidden(
            _("This needs the role %(role)s; you are %(own)s.", role=ROLE_NAMES[role], own=ROLE_NAMES[user.role])
        )


def credentials_wanted() -> Credentials:
    """Return how the caller of the current request may prove who they are."""
    view = current_app.view_functions.get(request.endpoint or "")
    access = access_of(view) if view else None
    return access.credentials if access else Credentials.SESSION
