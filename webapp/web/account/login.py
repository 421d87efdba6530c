"""Logging in and out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from webapp.domain.people.roles import Role
from webapp.web.account.half_signed_in import go_on
from webapp.web.account.password_reset import is_offered
from webapp.web.core.access.tries import try_login
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.guards import public, requires, signed_in_user
from webapp.web.core.logins import end_session
from webapp.web.core.safe_redirects import own_target
from webapp.web.core.security import limiter, login_limit, without_stored

auth = Blueprint("auth", __name__)


class LoginForm(FlaskForm):
    """Name and password."""

    name = StringField(lazy("Name"), validators=[DataRequired(lazy("Enter your name."))])
    password = PasswordField(lazy("Password"), validators=[DataRequired(lazy("Enter your password."))])


@auth.route("/login", methods=["GET", "POST"])
@limiter.limit(login_limit, methods=["POST"])
@public
def login() -> Response | str | tuple[str, int]:
    """The log-in page."""
    if request.method == "GET" and signed_in_user() is not None:
        return redirect(own_target(request.args.get("next", "")))
    form = LoginForm()
    if not form.is_submitted():
        return _page(form)
    if not form.validate():
        return _page(form), 400
    user = try_login(form.name.data, form.password.data)
    if user is None:
        app_services().audit.note_failed_sign_in(form.name.data, request.remote_addr or "")
        form.form_errors.append(_("Name or password is wrong. Check both and try again."))
        return _page(form), 401
    return go_on(user, own_target(request.args.get("next", "")))


@auth.post("/logout")
@requires(Role.STAFF, before_password_change=True, before_second_factor=True)
def logout() -> Response:
    """End the session.

    Its live connections are left to the watch, which ends them within two seconds: a page that is told at once that its
    session has ended goes to the log-in page by itself, and what this answer says and clears is lost.
    """
    end_session()
    flash(_("You are logged out."))
    return without_stored(redirect(url_for("auth.login")))


def _page(form: LoginForm) -> str:
    settings = app_settings()
    provider = settings.oidc_name if settings.oidc_issuer else ""
    return render_template("account/login.html", form=form, provider=provider, sends_links=is_offered())
