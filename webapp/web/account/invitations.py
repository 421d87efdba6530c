"""Taking up an invitation: choose a name and a password, and be in.

The code of an invitation follows the # of its link, which browsers never send; the page's script puts it into
the form. Without scripts it is pasted.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from webapp.errors import AlreadyExists, InputInvalid, NotFound
from webapp.web.account.passwords import NewPasswordFields
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import public
from webapp.web.core.logins import begin_session
from webapp.web.core.security import limiter, login_limit
from webapp.web.core.template_filters import error_words

invitations = Blueprint("invitations", __name__)


class JoiningForm(NewPasswordFields):
    """Who someone wants to be here."""

    code = HiddenField()
    name = StringField(
        lazy("Your name"), validators=[DataRequired(lazy("Choose a name to sign in with.")), Length(max=60)]
    )


@invitations.get("/join")
@public
def join() -> str:
    """Ask for the code; the script sends it on by itself."""
    return render_template("account/code.html", problem="")


@invitations.post("/join")
@limiter.limit(login_limit)
@public
def show() -> str | tuple[str, int]:
    """Say what the invitation is for, and ask for name and password."""
    code = request.form.get("code", "").strip()
    try:
        invitation = app_services().invitations.look_at(code)
    except NotFound as error:
        return render_template("account/code.html", problem=error_words(error)), 404
    form = JoiningForm(formdata=None, code=code)
    return render_template("account/join.html", form=form, invitation=invitation)


@invitations.post("/join/account")
@limiter.limit(login_limit)
@public
def accept() -> Response | str | tuple[str, int]:
    """Add the person and sign them in."""
    form, services = JoiningForm(), app_services()
    try:
        invitation = services.invitations.look_at(form.code.data or "")
        if not form.validate():
            return render_template("account/join.html", form=form, invitation=invitation), 400
        user = services.invitations.accept(form.code.data, form.name.data, form.new.data)
    except NotFound as error:
        return render_template("account/code.html", problem=error_words(error)), 404
    except (InputInvalid, AlreadyExists) as error:
        put_error(form, error, {"password": "new"})
        return render_template("account/join.html", form=form, invitation=invitation), 400
    begin_session(user)
    flash(_("Welcome, %(name)s.", name=user.name))
    return redirect(url_for("staff.dashboard"))
