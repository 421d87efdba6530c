"""Passkeys: made, listed and removed by their person, and used to log in."""

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response as AnyResponse
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from webapp.domain.people.accounts import User
from webapp.domain.people.passkeys import MAX_PASSKEY_NAME, MOST_PASSKEYS, Passkey, PasskeyPlace
from webapp.domain.people.roles import Role
from webapp.errors import AlreadyExists, InputInvalid
from webapp.services.checks import checked_name
from webapp.web.account.asked_passkeys import note_asked, place_here, take_asked
from webapp.web.account.half_signed_in import half_signed_in
from webapp.web.core.access.tries import is_own_password
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, is_single_sign_on, public, requires, second_factor_mode
from webapp.web.core.logins import begin_session
from webapp.web.core.page_facts import page_facts
from webapp.web.core.safe_redirects import own_target
from webapp.web.core.security import limiter, login_limit, unstored
from webapp.web.core.template_filters import error_words

passkeys = Blueprint("passkeys", __name__)
_LOG_IN, _ADD = "log in", "add"
_MOST_LETTERS = 20_000


class NewPasskeyForm(FlaskForm):
    """A name for the passkey, and the proof that it is its person who adds it."""

    name = StringField(
        lazy("Name of the passkey"),
        validators=[DataRequired(lazy("Give it a name, such as that of the device.")), Length(max=MAX_PASSKEY_NAME)],
    )
    current = PasswordField(lazy("Current password"), validators=[DataRequired(lazy("Enter your current password."))])
    code = StringField(lazy("Code"), validators=[Length(max=64)])


@passkeys.get("/account/passkeys")
@requires(Role.STAFF)
def mine() -> str:
    """My passkeys."""
    return _page(NewPasskeyForm(formdata=None))


@passkeys.post("/account/passkeys/new")
@limiter.limit(login_limit)
@requires(Role.STAFF)
def begin() -> AnyResponse | tuple[str, int]:
    """Ask a device for a new passkey, once password and code are right."""
    form, me, place = NewPasskeyForm(), _person(), place_here()
    name = _proven_name(form, me)
    if place is None or name is None:
        return _page(form), 400
    from webapp.web.account import passkey_ceremonies as ceremonies

    challenge, kept = ceremonies.new_challenge(), app_services().passkeys.list(me.user_id)
    note_asked(challenge, _purpose_of(me), name)
    options = ceremonies.creation_options(place, page_facts().site.product_name, me, kept, challenge)
    return unstored(render_template("account/passkey_new.html", options=options, name=name))


@passkeys.post("/account/passkeys")
@limiter.limit(login_limit)
@requires(Role.STAFF)
def keep() -> AnyResponse:
    """Keep the passkey that the device has made."""
    me, place = _person(), place_here()
    try:
        asked = take_asked(_purpose_of(me))
        from webapp.web.account import passkey_ceremonies as ceremonies

        now = app_services().clock.now()
        made = ceremonies.new_passkey(_usable(place), me, asked.name, asked.challenge, _answer(), now)
        app_services().passkeys.add(made)
    except (InputInvalid, AlreadyExists) as error:
        flash(error_words(error))
    else:
        flash(_("The passkey %(name)s is added. From now on it logs you in without a password.", name=made.name))
    return redirect(url_for("passkeys.mine"))


@passkeys.post("/account/passkeys/<int:passkey_id>/remove")
@requires(Role.STAFF)
def remove(passkey_id: int) -> AnyResponse:
    """Remove one of my passkeys."""
    removed = app_services().passkeys.remove(_person().user_id, passkey_id)
    flash(_("The passkey %(name)s is removed. Delete it on the device, too.", name=removed.name))
    return redirect(url_for("passkeys.mine"))


@passkeys.post("/login/passkey/options")
@limiter.limit(login_limit)
@public
def ask() -> Response:
    """Say what a device has to sign."""
    place = _usable(place_here())
    from webapp.web.account import passkey_ceremonies as ceremonies

    challenge = ceremonies.new_challenge()
    note_asked(challenge, _LOG_IN)
    return jsonify(ceremonies.request_options(place, challenge))


@passkeys.post("/login/passkey")
@limiter.limit(login_limit)
@public
def log_in() -> AnyResponse:
    """Sign in with what a device has signed, instead of a password or after it."""
    # Elsewhere than on the page of the code, a password that was entered a moment ago does not count.
    half = half_signed_in() if request.form.get("after_password") else None
    target = half.target if half else own_target(request.args.get("next", ""))
    try:
        user = _user_of_answer(_usable(place_here()))
        if half and half.user.user_id != user.user_id:
            raise InputInvalid("This passkey is someone else’s.", field="passkey")
    except InputInvalid as error:
        flash(error_words(error))
        return redirect(url_for("second_factor.ask") if half else url_for("auth.login", next=target))
    begin_session(user)
    return redirect(target)


@passkeys.app_context_processor
def _for_log_in_pages() -> dict[str, object]:
    return {"offers_passkeys": _offers_passkeys}


def _offers_passkeys() -> bool:
    """Return whether a passkey can be used on this page, and somebody has one."""
    return place_here() is not None and app_services().passkeys.are_used()


def _user_of_answer(place: PasskeyPlace) -> User:
    asked, answer, services = take_asked(_LOG_IN), _answer(), app_services()
    from webapp.web.account import passkey_ceremonies as ceremonies

    passkey = services.passkeys.find(ceremonies.named_credential(answer))
    if passkey is None:
        raise InputInvalid("This passkey cannot be used here. Log in with your password.", field="passkey")
    try:
        sign_count = ceremonies.checked_sign_count(place, passkey, asked.challenge, answer)
    except InputInvalid:
        services.passkeys.note_refused(passkey)
        raise
    return services.passkeys.use(passkey, sign_count)


def _answer() -> str:
    answer = request.form.get("passkey", "")
    if not answer or len(answer) > _MOST_LETTERS:
        raise InputInvalid("No passkey came from your device. Try again.", field="passkey")
    return answer


def _usable(place: PasskeyPlace | None) -> PasskeyPlace:
    if place is None:
        raise InputInvalid("Passkeys need HTTPS and a name in the address.", field="passkey")
    return place


def _person() -> User:
    """Return who is signed in; there are no passkeys for who came through the identity provider."""
    if is_single_sign_on():
        raise NoSuchPage
    return current_person()


def _purpose_of(user: User) -> str:
    return f"{_ADD} {user.user_id}"


def _needs_code(user: User) -> bool:
    return second_factor_mode().is_asked_of(user)


def _proven_name(form: NewPasskeyForm, user: User) -> str | None:
    """Return the name of the new passkey; None where something is wrong, which the form says."""
    if not form.validate():
        return None
    try:
        name = checked_name(form.name.data, MAX_PASSKEY_NAME)
        app_services().passkeys.check_count(user.user_id)
        if not is_own_password(user, form.current.data):
            form.current.errors = [_("That is not your current password. Try again.")]
            return None
        if _needs_code(user):
            app_services().second_factors.check(user.user_id, form.code.data or "")
    except InputInvalid as error:
        put_error(form, error)
        return None
    return name


def _page(form: NewPasskeyForm) -> str:
    kept: list[Passkey] = list(app_services().passkeys.list(_person().user_id))
    place = place_here()
    return render_template(
        "account/passkeys.html",
        form=form,
        passkeys=kept,
        most=MOST_PASSKEYS,
        place=place,
        needs_code=_needs_code(current_person()),
    )
