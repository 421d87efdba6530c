"""The second step: a password of one's own, and a second person who can help out."""

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from webapp.domain.people.roles import Role
from webapp.domain.site.first_day import FirstDayStep
from webapp.errors import InputInvalid
from webapp.web.account.passwords import PasswordChange
from webapp.web.account.views import change_own_password
from webapp.web.admin.invitations import InvitationEntry, made_invitation
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import is_single_sign_on, requires
from webapp.web.core.security import limiter, login_limit, unstored
from webapp.web.welcome.area import step_page, welcome


@welcome.get("/people")
@requires(Role.ADMIN)
def people() -> str:
    """The password, and whom to invite."""
    return _page(PasswordChange(formdata=None), InvitationEntry(formdata=None, data={"role": Role.ADMIN.value}))


@welcome.post("/people/password")
@limiter.limit(login_limit)
@requires(Role.ADMIN)
def own_password() -> AnyResponse | tuple[str, int]:
    """Choose another password; all other sessions end."""
    form = PasswordChange()
    if not change_own_password(form):
        return _page(form, InvitationEntry(formdata=None)), 400
    flash(_("Your password is changed. Everywhere else you are signed out."))
    return redirect(url_for("welcome.people"))


@welcome.post("/people/invite")
@requires(Role.ADMIN)
def invite_second() -> Response | tuple[str, int]:
    """Make an invitation and show its link, once."""
    entry, password = InvitationEntry(), PasswordChange(formdata=None)
    try:
        if entry.validate():
            return unstored(_page(password, InvitationEntry(formdata=None), invitation=made_invitation(entry)))
    except InputInvalid as error:
        put_error(entry, error)
    return _page(password, entry), 400


def _page(password: PasswordChange, invitation_entry: InvitationEntry, **shown: object) -> str:
    services = app_services()
    return step_page(
        FirstDayStep.PEOPLE,
        password_form=password,
        invite_form=invitation_entry,
        users=[user for user in services.accounts.list() if user.enabled],
        invitations=services.invitations.list(),
        has_password=not is_single_sign_on(),
        **shown,
    )
