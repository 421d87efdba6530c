"""Who may call what: every view and every socket handler names its role, and what names none is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app, request, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_login import current_user
from werkzeug.exceptions import Forbidden, Unauthorized

from webapp.domain.people.accounts import APIToken, TokenScope, User
from webapp.domain.people.roles import Role
from webapp.domain.people.second_factor import SecondFactorMode
from webapp.web.core.access.wall_screens import paired_screen
from webapp.web.core.app_context import app_settings

_log = structlog.get_logger("webapp.web")
_Callable = TypeVar("_Callable", bound=Callable[..., Any])
_MARK = "amends_access"
_SINGLE_SIGN_ON = "single_sign_on"
ROLE_NAMES = {Role.STAFF: lazy("staff"), Role.MANAGER: lazy("manager"), Role.ADMIN: lazy("admin")}
_READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class FirstStepRequired(Forbidden):
    """The person has to do something before anything else, on the page `endpoint`."""

    endpoint = ""


class PasswordChangeRequired(FirstStepRequired):
    """The person has to choose another password before anything else."""

    endpoint = "account.first_password"


class SecondFactorRequired(FirstStepRequired):
    """The person has to set up a second factor before anything else."""

    endpoint = "second_factor.set_up"


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
    # The same for who has to set up a second factor.
    before_second_factor: bool = False
    # Whether it is open to a paired wall screen too, on which nobody is signed in.
    for_screens: bool = False

    def is_open_before(self, step: FirstStepRequired) -> bool:
        """Return whether it is open to someone who still has to do `step`."""
        if isinstance(step, PasswordChangeRequired):
            return self.before_password_change
        return isinstance(step, SecondFactorRequired) and self.before_second_factor


def requires(
    role: Role,
    credentials: Credentials = Credentials.SESSION,
    *,
    before_password_change: bool = False,
    before_second_factor: bool = False,
    for_screens: bool = False,
) -> Callable[[_Callable], _Callable]:
    """Let in who has the role."""
    return _marked(Access(role, credentials, before_password_change, before_second_factor, for_screens))


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
    if access.role is None or (access.for_screens and paired_screen() is not None):
        return
    check_role(signed_in_user(), access.role)
    _check_scope()
    step = first_step_due()
    if step is not None and not access.is_open_before(step):
        raise step


def _check_scope() -> None:
    token = signed_in_token()
    if token is not None and token.scope is TokenScope.READ and request.method not in _READING_METHODS:
        raise Forbidden(_("The token '%(name)s' may only read. Ask an admin for one that may act.", name=token.name))


def first_step_due() -> FirstStepRequired | None:
    """Return what who is signed in has to do before anything else; a program with a token has to do nothing.

    Nor has who came through the identity provider: passwords and second factors are its matter then.
    """
    user = signed_in_user()
    if user is None or signed_in_token() is not None or is_single_sign_on():
        return None
    if user.must_change_password:
        return PasswordChangeRequired(_("Choose a password of your own first."))
    if second_factor_mode().is_missing(user):
        return SecondFactorRequired(_("Set up a second factor first."))
    return None


def second_factor_mode() -> SecondFactorMode:
    """Return who has a second factor here."""
    return SecondFactorMode(app_settings().second_factor)


def note_single_sign_on() -> None:
    """Remember in the signed cookie that its session came through the identity provider."""
    session[_SINGLE_SIGN_ON] = True


def is_single_sign_on() -> bool:
    """Return whether the session of this request came through the identity provider."""
    return session.get(_SINGLE_SIGN_ON) is True


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
