"""Choosing another password by a link that comes by mail.

The answer is the same for every name, and takes as long: the page only stores the wish. The link's code follows its #,
which browsers never send; the page's script puts it into the form. Without scripts it is pasted.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from webapp.domain.people.accounts import MAX_USER_NAME
from webapp.domain.people.password_resets import LINK, VALID_FOR
from webapp.errors import InputInvalid, NotFound
from webapp.web.account.passwords import NewPasswordFields
from webapp.web.core.access.outside_address import outside_address
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import public
from webapp.web.core.security import limiter, login_limit
from webapp.web.core.template_filters import error_words
from webapp.web.live.connections import end_connections_of_person

password_reset = Blueprint("password_reset", __name__)
# Beside the minute's limit, for each address.
_PER_HOUR = "20 per hour"


class ForgottenForm(FlaskForm):
    """Whose password is forgotten."""

    name = StringField(lazy("Name"), validators=[DataRequired(lazy("Enter your name.")), Length(max=MAX_USER_NAME)])


class ResetForm(NewPasswordFields):
    """The new password, and what lets somebody choose it."""

    code = HiddenField()


def is_offered() -> bool:
    """Return whether links are sent: there is a mail server, and an address that no request can forge."""
    services = app_services()
    return services.mail.is_set() and bool(services.site.get().public_url)


@password_reset.route("/forgotten-password", methods=["GET", "POST"])
@limiter.limit(_PER_HOUR, methods=["POST"])
@limiter.limit(login_limit, methods=["POST"])
@public
def ask() -> str | tuple[str, int]:
    """Ask for a name, and say the same of each."""
    form = ForgottenForm()
    if not is_offered():
        return render_template("account/forgotten.html", form=None)
    if not form.is_submitted():
        return render_template("account/forgotten.html", form=form)
    if not form.validate():
        return render_template("account/forgotten.html", form=form), 400
    product = app_services().site.get().product_name
    app_services().password_resets.ask(
        form.name.data,
        page=outside_address("password_reset.begin"),
        subject=_("Reset your password for %(name)s", name=product),
        text=_mail_text(form.name.data, product),
    )
    return render_template("account/forgotten.html", form=None, is_sent=True, minutes=_minutes())


@password_reset.get("/reset")
@public
def begin() -> str:
    """Ask for the code; the script sends it on by itself."""
    return render_template("account/reset_code.html", problem="")


@password_reset.post("/reset")
@limiter.limit(login_limit)
@public
def show() -> str | tuple[str, int]:
    """Ask for the new password."""
    code = request.form.get("code", "").strip()
    try:
        user = app_services().password_resets.look_at(code)
    except NotFound as error:
        return render_template("account/reset_code.html", problem=error_words(error)), 404
    return render_template("account/reset.html", form=ResetForm(formdata=None, code=code), user=user)


@password_reset.post("/reset/password")
@limiter.limit(login_limit)
@public
def accept() -> Response | str | tuple[str, int]:
    """Set the new password; nobody is signed in by it, so that a second factor stays required."""
    form, service = ResetForm(), app_services().password_resets
    try:
        user = service.look_at(form.code.data or "")
        if not form.validate():
            return render_template("account/reset.html", form=form, user=user), 400
        user = service.accept(form.code.data, form.new.data)
    except NotFound as error:
        return render_template("account/reset_code.html", problem=error_words(error)), 404
    except InputInvalid as error:
        put_error(form, error, {"password": "new"})
        return render_template("account/reset.html", form=form, user=user), 400
    end_connections_of_person(user.user_id)
    flash(_("Your password is reset, and you are signed out everywhere. Log in with the new one."))
    return redirect(url_for("auth.login"))


def _mail_text(name: str, product: str) -> str:
    lines = (
        _("Someone asked to reset the password of the account %(account)s at %(name)s.", account=name, name=product),
        _("If it was you, open this link within %(minutes)s minutes. It works once:", minutes=_minutes()),
        LINK,
        _("If it was not you, do nothing: your password stays as it is."),
    )
    return "\n\n".join(lines) + "\n"


def _minutes() -> int:
    return int(VALID_FOR.total_seconds() // 60)
