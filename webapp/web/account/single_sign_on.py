"""Signing in through the identity provider: there, and back."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, request, session, url_for
from werkzeug.wrappers import Response

from webapp.domain.events import EventKind
from webapp.domain.people.second_factor import is_same
from webapp.domain.people.single_sign_on import identity_of
from webapp.errors import AmendsError, SingleSignOnFailed
from webapp.services.people.single_sign_on import ASKED_FOR
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.guards import note_single_sign_on, public
from webapp.web.core.logins import begin_session
from webapp.web.core.safe_redirects import own_target
from webapp.web.core.security import limiter, login_limit
from webapp.web.core.template_filters import error_words

# What speaks with a provider is loaded where there is one: it takes a quarter of a second.
if TYPE_CHECKING:
    from webapp.web.account.identity_provider import IdentityProvider

single_sign_on = Blueprint("single_sign_on", __name__)
_NOTE = "single_sign_on_asked"


@single_sign_on.get("/login/single-sign-on")
@limiter.limit(login_limit)
@public
def begin() -> Response:
    """Send someone to the provider; a link and no form, whose target the content security policy would refuse."""
    try:
        address, asked = _provider().begin()
    except SingleSignOnFailed as error:
        return _back(error)
    at = app_services().clock.now().timestamp()
    session[_NOTE] = asdict(asked) | {"at": at, "target": own_target(request.args.get("next", ""))}
    return redirect(address)


@single_sign_on.get("/login/single-sign-on/back")
@limiter.limit(login_limit)
@public
def come_back() -> Response:
    """Sign in whom the provider names."""
    from webapp.web.account.identity_provider import SignInRequest

    services, provider, note = app_services(), _provider(), session.pop(_NOTE, None)
    try:
        code = _checked_code(note)
        claims = provider.claims(code, SignInRequest(note["state"], note["nonce"], note["verifier"]))
        settings = app_settings()
        identity = identity_of(claims, settings.oidc_name_claim, settings.oidc_role_claim)
        if identity is None:
            raise SingleSignOnFailed("The identity provider names nobody. Tell your admin.")
        user = services.single_sign_on.sign_in(identity)
    except SingleSignOnFailed as error:
        services.audit.note(EventKind.SINGLE_SIGN_ON_FAILED, None, address=request.remote_addr or "")
        return _back(error)
    begin_session(user)
    note_single_sign_on()
    return redirect(note["target"])


def _provider() -> "IdentityProvider":
    """Return the provider; people come back to the public address, whatever the `Host` of a request says."""
    settings = app_settings()
    if not settings.oidc_issuer:
        abort(404)
    from webapp.web.account.identity_provider import IdentityProvider

    public_url = app_services().site.get().public_url or f"http://127.0.0.1:{settings.port}"
    return IdentityProvider(settings, public_url + url_for("single_sign_on.come_back"))


def _checked_code(note: dict[str, str] | None) -> str:
    """Return the code of an answer that this browser asked for.

    Raises:
        SingleSignOnFailed: it asked for none, or for another one, or too long ago, or the provider said no.
    """
    if note is None or not is_same(note["state"], request.args.get("state", "")):
        raise SingleSignOnFailed("This sign-in was not begun in this browser. Begin again.")
    if app_services().clock.now().timestamp() - float(note["at"]) > ASKED_FOR.total_seconds():
        raise SingleSignOnFailed("That took too long. Begin again.")
    if request.args.get("iss", app_settings().oidc_issuer) != app_settings().oidc_issuer:
        raise SingleSignOnFailed("Another identity provider answered than the one that was asked.")
    if "code" not in request.args:
        raise SingleSignOnFailed("The identity provider did not let you in.")
    return request.args["code"]


def _back(error: AmendsError) -> Response:
    flash(error_words(error))
    return redirect(url_for("auth.login"))
