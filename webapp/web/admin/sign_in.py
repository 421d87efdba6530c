"""How one person signs in: second factor, account at the identity provider, and where links go by mail."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from webapp.domain.people.roles import Role
from webapp.domain.people.single_sign_on import MAX_SIGN_IN_NAME
from webapp.errors import AlreadyExists, InputInvalid
from webapp.web.admin.area import admin
from webapp.web.core.access.tries import is_own_password
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.input.mail_address import MailAddressForm
from webapp.web.core.security import limiter, login_limit
from webapp.web.live.connections import end_connections_of_person


class OwnPasswordForm(FlaskForm):
    """The admin's own password: this must not be done by a passer-by at an open page."""

    current = PasswordField(lazy("Your own password"), validators=[DataRequired(lazy("Enter your own password."))])


class SignInNameForm(FlaskForm):
    """By which account of the provider someone comes in."""

    # On the same page as the other one: an id of its own.
    current = PasswordField(
        lazy("Your own password"),
        id="current-for-name",
        validators=[DataRequired(lazy("Enter your own password."))],
    )
    sign_in_name = StringField(lazy("Sign-in name there"), validators=[Length(max=MAX_SIGN_IN_NAME)])


@admin.get("/users/<int:user_id>/sign-in")
@requires(Role.ADMIN)
def sign_in(user_id: int) -> str:
    """How a person signs in."""
    return _page(user_id)


@admin.post("/users/<int:user_id>/second-factor")
@limiter.limit(login_limit)
@requires(Role.ADMIN)
def remove_second_factor(user_id: int) -> Response | tuple[str, int]:
    """Remove the second factor of someone who has lost their device; their sessions end."""
    if user_id == current_person().user_id:
        raise Forbidden(_("Remove your own second factor under Your account, with a code."))
    form = OwnPasswordForm()
    if not _is_own_password(form):
        return _page(user_id, factor_form=form), 400
    user = app_services().second_factors.remove(user_id, current_person().name)
    end_connections_of_person(user_id)
    flash(_("%(name)s has no second factor any more.", name=user.name))
    return redirect(url_for("admin.sign_in", user_id=user_id))


@admin.post("/users/<int:user_id>/sign-in-name")
@limiter.limit(login_limit)
@requires(Role.ADMIN)
def change_sign_in_name(user_id: int) -> Response | tuple[str, int]:
    """Let a person come in by an account of the provider, or no longer; their sessions end."""
    form = SignInNameForm()
    if not _is_own_password(form):
        return _page(user_id, name_form=form), 400
    try:
        app_services().single_sign_on.expect(user_id, form.sign_in_name.data or "", current_person().name)
    except (InputInvalid, AlreadyExists) as error:
        put_error(form, error, {"name": "sign_in_name"})
        return _page(user_id, name_form=form), 400
    end_connections_of_person(user_id)
    flash(_("Saved."))
    return redirect(url_for("admin.sign_in", user_id=user_id))


@admin.post("/users/<int:user_id>/mail")
@limiter.limit(login_limit)
@requires(Role.ADMIN)
def change_user_mail(user_id: int) -> Response | tuple[str, int]:
    """Say where a person gets mails, such as a link to choose another password."""
    form = MailAddressForm()
    if not _is_own_password(form):
        return _page(user_id, mail_form=form), 400
    try:
        app_services().accounts.set_mail(user_id, form.mail.data or "", current_person().name)
    except InputInvalid as error:
        put_error(form, error)
        return _page(user_id, mail_form=form), 400
    flash(_("Saved."))
    return redirect(url_for("admin.sign_in", user_id=user_id))


def _is_own_password(form: OwnPasswordForm | SignInNameForm | MailAddressForm) -> bool:
    if not form.validate():
        return False
    if not is_own_password(current_person(), form.current.data):
        form.current.errors = [_("That is not your current password. Try again.")]
        return False
    return True


def _page(
    user_id: int,
    factor_form: OwnPasswordForm | None = None,
    name_form: SignInNameForm | None = None,
    mail_form: MailAddressForm | None = None,
) -> str:
    services = app_services()
    user = services.accounts.get(user_id)
    link = services.single_sign_on.link_of(user_id)
    return render_template(
        "admin/sign_in.html",
        user=user,
        mail_form=mail_form or MailAddressForm(formdata=None, mail=user.mail),
        link=link,
        provider=app_settings().oidc_name if app_settings().oidc_issuer else "",
        factor_form=factor_form or OwnPasswordForm(formdata=None),
        name_form=name_form or SignInNameForm(formdata=None, sign_in_name=link.sign_in_name if link else ""),
    )
