"""The second factor: asked for after the password, set up, renewed and removed."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role
from webapp.domain.people.second_factor import SecondFactorMode, device_address, new_secret
from webapp.errors import AlreadyExists, InputInvalid, SettingsInvalid
from webapp.web.account.half_signed_in import HalfSignedIn, half_signed_in
from webapp.web.core.access.tries import is_own_password
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, is_single_sign_on, public, requires, second_factor_mode
from webapp.web.core.logins import begin_session
from webapp.web.core.page_facts import page_facts
from webapp.web.core.security import limiter, login_limit, unstored
from webapp.web.core.template_filters import qr_code
from webapp.web.live.connections import end_connections_of_person

second_factor = Blueprint("second_factor", __name__)
_DRAFT = "second_factor_draft"


class CodeForm(FlaskForm):
    """A code of the device, or a recovery code."""

    code = StringField(lazy("Code"), validators=[DataRequired(lazy("Enter the code.")), Length(max=64)])


class ProofForm(CodeForm):
    """Password and code, before what a passer-by at an open page must not do."""

    current = PasswordField(lazy("Current password"), validators=[DataRequired(lazy("Enter your current password."))])


@second_factor.get("/login/code")
@public
def ask() -> AnyResponse:
    """Ask for the code, after the password."""
    half = half_signed_in()
    return _code_page(CodeForm(formdata=None), half) if half else _to_login()


@second_factor.post("/login/code")
@limiter.limit(login_limit)
@public
def enter() -> AnyResponse:
    """Sign in with the right code."""
    half, form = half_signed_in(), CodeForm()
    if half is None:
        return _to_login()
    if not _is_right(form, half.user):
        return _code_page(form, half) if half_signed_in() else _to_login()
    begin_session(half.user)
    return redirect(half.target)


@second_factor.route("/account/second-factor", methods=["GET", "POST"])
@limiter.limit(login_limit, methods=["POST"])
@requires(Role.STAFF, before_second_factor=True)
def set_up() -> AnyResponse:
    """Show a new device its secret, and keep it once it has shown a code."""
    me = _person_without_factor()
    if me.has_second_factor:
        return redirect(url_for("account.mine"))
    form, secret = ProofForm(), _drafted_secret()
    if not form.is_submitted():
        return _set_up_page(form, me, secret)
    if not _is_proven(form, me):
        return _set_up_page(form, me, secret, 400)
    try:
        user, codes = app_services().second_factors.set_up(me.user_id, secret, form.code.data)
    except (InputInvalid, AlreadyExists) as error:
        put_error(form, error)
        return _set_up_page(form, me, secret, 400)
    _go_on_alone(user)
    return _codes_page(codes)


@second_factor.post("/account/second-factor/codes")
@limiter.limit(login_limit)
@requires(Role.STAFF)
def renew_codes() -> AnyResponse:
    """Replace the recovery codes."""
    form, me = ProofForm(), current_person()
    if not (_is_proven(form, me) and _is_right(form, me)):
        return unstored(render_template("account/second_factor.html", form=form, left=_codes_left(me)), 400)
    return _codes_page(app_services().second_factors.renew_codes(me.user_id))


@second_factor.post("/account/second-factor/remove")
@limiter.limit(login_limit)
@requires(Role.STAFF)
def remove() -> AnyResponse:
    """Let the password be enough again."""
    form, me = ProofForm(), current_person()
    if not (_is_proven(form, me) and _is_right(form, me)):
        return unstored(render_template("account/second_factor.html", form=form, left=_codes_left(me)), 400)
    _go_on_alone(app_services().second_factors.remove(me.user_id, me.name))
    flash(_("Your second factor is removed. Everywhere else you are signed out."))
    return redirect(url_for("account.mine"))


@second_factor.get("/account/second-factor/change")
@requires(Role.STAFF)
def change() -> AnyResponse:
    """Renew the recovery codes, or remove the second factor."""
    me = current_person()
    if not me.has_second_factor:
        raise NoSuchPage
    return unstored(render_template("account/second_factor.html", form=ProofForm(formdata=None), left=_codes_left(me)))


def _person_without_factor() -> User:
    if second_factor_mode() is SecondFactorMode.OFF or is_single_sign_on():
        raise NoSuchPage
    return current_person()


def _codes_left(user: User) -> int:
    return app_services().second_factors.codes_left(user.user_id)


def _drafted_secret() -> str:
    """Return the secret that this browser is shown until a code confirms it; its cookie carries it encrypted."""
    cipher = app_services().adapters.cipher
    try:
        return cipher.decrypt(session[_DRAFT].encode())
    except (KeyError, SettingsInvalid):
        secret = new_secret()
        session[_DRAFT] = cipher.encrypt(secret).decode()
        return secret


def _is_proven(form: ProofForm, user: User) -> bool:
    if not form.validate():
        return False
    if not is_own_password(user, form.current.data):
        form.current.errors = [_("That is not your current password. Try again.")]
        return False
    return True


def _is_right(form: CodeForm, user: User) -> bool:
    if not form.validate():
        return False
    try:
        app_services().second_factors.check(user.user_id, form.code.data)
    except InputInvalid as error:
        put_error(form, error)
        return False
    return True


def _go_on_alone(user: User) -> None:
    end_connections_of_person(user.user_id)
    begin_session(user)


def _to_login() -> AnyResponse:
    flash(_("That took too long, or too many codes were wrong. Begin again with your password."))
    return redirect(url_for("auth.login"))


def _code_page(form: CodeForm, half: HalfSignedIn) -> Response:
    page = render_template("account/second_factor_code.html", form=form, name=half.user.name, here=_time_here())
    return unstored(page, 401 if form.errors else 200)


def _set_up_page(form: ProofForm, user: User, secret: str, status: int = 200) -> Response:
    picture = qr_code(device_address(secret, user.name, page_facts().site.product_name))
    return unstored(
        render_template(
            "account/second_factor_new.html",
            form=form,
            picture=picture,
            secret=" ".join(secret[begin : begin + 4] for begin in range(0, len(secret), 4)),
            is_required=second_factor_mode().is_missing(user),
            here=_time_here(),
        ),
        status,
    )


def _codes_page(codes: Sequence[str]) -> Response:
    return unstored(render_template("account/recovery_codes.html", codes=codes))


def _time_here() -> str:
    """Return this machine's time, to be compared with the device's."""
    services = app_services()
    return f"{services.clock.now().astimezone(services.site.zone()):%H:%M:%S}"
