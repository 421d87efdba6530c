"""One's own account: the password, and where one is signed in."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.domain.people.roles import Role
from webapp.domain.people.second_factor import SecondFactorMode
from webapp.errors import InputInvalid
from webapp.web.account.daily_summary import DailySummaryForm, has_mail_channel, own_summary_form
from webapp.web.account.passwords import PasswordChange
from webapp.web.core.access.tries import is_own_password, try_password
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, is_single_sign_on, requires, second_factor_mode
from webapp.web.core.input.mail_address import MailAddressForm
from webapp.web.core.logins import begin_session, current_session
from webapp.web.core.security import limiter, login_limit
from webapp.web.live.connections import end_connections_of, end_connections_of_person

account = Blueprint("account", __name__, url_prefix="/account")


@account.get("")
@requires(Role.STAFF)
def mine() -> str:
    """The password, and my sessions."""
    return _page()


@account.post("/password")
@limiter.limit(login_limit)
@requires(Role.STAFF)
def change_password() -> Response | tuple[str, int]:
    """Choose another password; all other sessions end."""
    form = PasswordChange()
    if not change_own_password(form):
        return _page(form), 400
    flash(_("Your password is changed. Everywhere else you are signed out."))
    return redirect(url_for("account.mine"))


@account.route("/first-password", methods=["GET", "POST"])
@limiter.limit(login_limit, methods=["POST"])
@requires(Role.STAFF, before_password_change=True)
def first_password() -> Response | str | tuple[str, int]:
    """Choose a password of one's own before anything else."""
    form = PasswordChange()
    if not form.is_submitted():
        return render_template("account/first_password.html", form=form)
    if not change_own_password(form):
        return render_template("account/first_password.html", form=form), 400
    flash(_("Your password is set."))
    return redirect(url_for("staff.dashboard"))


@account.post("/mail")
@limiter.limit(login_limit)
@requires(Role.STAFF)
def change_mail() -> Response | tuple[str, int]:
    """Say where one gets mails, by who enters their password again: a link that sets another one may go there."""
    form, me = MailAddressForm(), current_person()
    if not form.validate():
        return _page(mail_form=form), 400
    if not is_own_password(me, form.current.data):
        form.current.errors = [_("That is not your current password. Try again.")]
        return _page(mail_form=form), 403
    try:
        app_services().accounts.set_mail(me.user_id, form.mail.data or "", me.name)
    except InputInvalid as error:
        put_error(form, error)
        return _page(mail_form=form), 400
    flash(_("Saved."))
    return redirect(url_for("account.mine"))


@account.post("/daily-summary")
@requires(Role.MANAGER)
def set_daily_summary() -> Response | tuple[str, int]:
    """Say from which hour on one wants the summary of the day before."""
    form = DailySummaryForm()
    if not form.validate():
        return _page(summary_form=form), 400
    app_services().notifications.summaries.set_hour(current_person(), form.chosen_hour)
    flash(_("Saved."))
    return redirect(url_for("account.mine"))


@account.post("/sessions/<int:session_id>/end")
@requires(Role.STAFF)
def end_session(session_id: int) -> Response:
    """Sign out elsewhere, a copied cookie included."""
    me = current_person()
    app_services().sessions.revoke(session_id, me.name, of_user=me.user_id)
    end_connections_of(session_id)
    flash(_("That session is ended."))
    return redirect(url_for("account.mine"))


def change_own_password(form: PasswordChange) -> bool:
    """Change the password and go on in a new session, or put the reason beside its field."""
    if not form.validate():
        return False
    me = current_person()
    try:
        change = partial(app_services().accounts.change_password, me.user_id, form.current.data, form.new.data)
        user = try_password(me, change)
    except InputInvalid as error:
        put_error(form, error, {"password": "new"})
        return False
    end_connections_of_person(me.user_id)
    begin_session(user)
    return True


def _page(
    form: PasswordChange | None = None,
    mail_form: MailAddressForm | None = None,
    summary_form: DailySummaryForm | None = None,
) -> str:
    return render_template(
        "account/mine.html",
        form=form or PasswordChange(formdata=None),
        mail_form=mail_form or MailAddressForm(formdata=None, mail=current_person().mail),
        summary_form=summary_form or own_summary_form(),
        summary_zone=str(app_services().site.zone()),
        has_mail_channel=has_mail_channel(),
        sessions=app_services().sessions.list(current_person().user_id),
        current=current_session(),
        has_passkeys=not is_single_sign_on(),
        has_factors=second_factor_mode() is not SecondFactorMode.OFF and not is_single_sign_on(),
    )
