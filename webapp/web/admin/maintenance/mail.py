"""Which server takes mails, and a test whether they arrive."""

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import IntegerField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired

from webapp.domain.people.roles import Role
from webapp.domain.site.mail import Mail, MailFailure, MailSecurity, MailSettings
from webapp.errors import InputInvalid
from webapp.web.admin.area import admin
from webapp.web.core.access.tries import is_own_password
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.security import limiter, login_limit
from webapp.web.core.template_filters import error_words

_SECURITY_WORDS = {
    MailSecurity.TLS: lazy("TLS from the beginning (mostly port 465)"),
    MailSecurity.STARTTLS: lazy("STARTTLS (mostly port 587)"),
    MailSecurity.NONE: lazy("None (only on this machine or your own network)"),
}
_FAILURE_WORDS = {
    MailFailure.UNREACHABLE: lazy("The mail server cannot be reached: check its name and port, and the network."),
    MailFailure.UNTRUSTED: lazy(
        "The connection to the mail server cannot be trusted: check its name, its certificate and the protection."
    ),
    MailFailure.NO_STARTTLS: lazy("The mail server offers no STARTTLS: choose TLS, or another port."),
    MailFailure.LOGIN_REFUSED: lazy("The mail server refuses user name or password."),
    MailFailure.RECIPIENT_REFUSED: lazy("The mail server does not take mails for that address."),
    MailFailure.REFUSED: lazy("The mail server did not take the mail."),
}


class MailForm(FlaskForm):
    """The server, and the admin's own password: who decides where mails go can read the links in them."""

    host = StringField(lazy("Mail server"), validators=[DataRequired(lazy("Enter the name of the mail server."))])
    port = IntegerField(lazy("Port"), validators=[InputRequired(lazy("Enter a number."))])
    security = SelectField(lazy("Protection"), choices=lambda: _security_choices())
    username = StringField(lazy("User name there"))
    password = PasswordField(lazy("Password there"))
    sender = StringField(lazy("Sender"), validators=[DataRequired(lazy("Enter the address that mails come from."))])
    current = PasswordField(lazy("Your own password"), validators=[DataRequired(lazy("Enter your own password."))])

    def settings(self) -> MailSettings:
        """Return the entry.

        Raises:
            InputInvalid: something of it cannot be used.
        """
        return MailSettings(
            host=self.host.data.strip(),
            port=self.port.data,
            security=MailSecurity(self.security.data),
            username=(self.username.data or "").strip(),
            sender=self.sender.data.strip(),
        )


@admin.get("/mail")
@requires(Role.ADMIN)
def mail() -> str:
    """What holds, and what became of the last test."""
    return _page()


@admin.get("/mail.json")
@requires(Role.ADMIN)
def mail_json() -> Response:
    """Whether a test is on its way, for the page that waits for it."""
    test = app_services().mail.test()
    return jsonify({"is_being_made": test is not None and test.done_at is None})


@admin.post("/mail")
@limiter.limit(login_limit)
@requires(Role.ADMIN)
def change_mail() -> AnyResponse | tuple[str, int]:
    """Let another server take mails."""
    form = MailForm()
    if not form.validate():
        return _page(form), 400
    if not is_own_password(current_person(), form.current.data):
        form.current.errors = [_("That is not your current password. Try again.")]
        return _page(form), 403
    try:
        app_services().mail.change(form.settings(), form.password.data or "", current_person().name)
    except InputInvalid as error:
        put_error(form, error)
        return _page(form), 400
    flash(_("Saved. Send a test mail now."))
    return redirect(url_for("admin.mail"))


@admin.post("/mail/remove")
@requires(Role.ADMIN)
def remove_mail() -> AnyResponse:
    """Send no mails any more."""
    app_services().mail.remove(current_person().name)
    flash(_("No mails are sent any more, and the password there is forgotten."))
    return redirect(url_for("admin.mail"))


@admin.post("/mail/test")
@limiter.limit(login_limit)
@requires(Role.ADMIN)
def test_mail() -> AnyResponse | tuple[str, int]:
    """Send a mail to see whether it arrives."""
    services, to = app_services(), request.form.get("to", "").strip()
    site = services.site.get()
    text = _("This is a test mail from %(name)s. It arrived.", name=site.product_name)
    try:
        services.mail.ask_for_test(Mail(to, _("Test mail from %(name)s", name=site.product_name), text))
    except InputInvalid as error:
        return _page(test_problem=error_words(error), to=to), 400
    return redirect(url_for("admin.mail"))


def _page(form: MailForm | None = None, test_problem: str = "", to: str = "") -> str:
    services = app_services()
    held, test = services.mail.settings(), services.mail.test()
    return render_template(
        "admin/maintenance/mail.html",
        form=form or MailForm(formdata=None, obj=held),
        held=held,
        has_password=services.mail.has_password(),
        test=test,
        failure=_FAILURE_WORDS[test.failure] if test and test.failure else "",
        test_problem=test_problem,
        to=to or current_person().mail,
        is_address_known=bool(services.site.get().public_url),
    )


def _security_choices() -> list[SelectChoice]:
    return [SelectChoice(security.value, words) for security, words in _SECURITY_WORDS.items()]
