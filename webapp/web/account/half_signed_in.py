"""Between the password and the code: a signed note in the cookie, good for minutes, and no session yet."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import redirect, session, url_for
from werkzeug.wrappers import Response

from webapp.domain.people.accounts import User
from webapp.domain.people.second_factor import HALF_SIGNED_IN_FOR, MOST_WRONG_CODES
from webapp.errors import NotFound
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import second_factor_mode
from webapp.web.core.logins import begin_session

_NOTE = "half_signed_in"


@dataclass(frozen=True)
class HalfSignedIn:
    """Who has shown their password, and where they want to go."""

    user: User
    target: str


def go_on(user: User, target: str) -> Response:
    """Sign in who has shown their password, or ask for a code where that is not enough.

    Args:
        user: the person.
        target: a path of our own.
    """
    if not second_factor_mode().is_asked_of(user):
        begin_session(user)
        return redirect(target)
    now = app_services().clock.now()
    session.clear()
    session[_NOTE] = {"user": user.user_id, "epoch": user.session_epoch, "at": now.timestamp(), "target": target}
    return redirect(url_for("second_factor.ask"))


def half_signed_in() -> HalfSignedIn | None:
    """Return who still has to enter a code; None where it took too long or too many were wrong.

    Another password, another role and a deactivated person end it, as they end sessions.
    """
    note = session.get(_NOTE)
    user = _person(note["user"]) if note else None
    if not note or user is None or not user.enabled or user.session_epoch != note["epoch"]:
        return None
    began_at = datetime.fromtimestamp(note["at"], UTC)
    is_over = app_services().clock.now() - began_at > HALF_SIGNED_IN_FOR
    if is_over or app_services().second_factors.wrong_since(user.user_id, began_at) >= MOST_WRONG_CODES:
        return None
    return HalfSignedIn(user, note["target"])


def _person(user_id: int) -> User | None:
    try:
        return app_services().accounts.get(user_id)
    except NotFound:
        return None
