"""Invitations: a link, shown once, by which someone adds themselves."""

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import lazy_ngettext
from flask_wtf import FlaskForm
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice

from webapp.domain.people.roles import Role
from webapp.domain.site.reach import Reach, reach_of
from webapp.web.admin.area import admin
from webapp.web.core.access.outside_address import outside_address
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person, requires
from webapp.web.core.security import unstored
from webapp.web.core.template_filters import ROLE_WORDS, word

_DAYS = {days: lazy_ngettext("%(num)s day", "%(num)s days", days) for days in (1, 3, 7, 14)}


class InvitationEntry(FlaskForm):
    """Whom to invite, and for how long the link works."""

    note = StringField(lazy("For whom"), id="invitation-note")
    role = SelectField(
        lazy("Role"),
        id="invitation-role",
        choices=[SelectChoice(role.value, words) for role, words in ROLE_WORDS.items()],
    )
    days = SelectField(
        lazy("The link works for"),
        id="invitation-days",
        coerce=int,
        default=3,
        choices=[SelectChoice(days, words) for days, words in _DAYS.items()],
    )


@admin.post("/invitations")
@requires(Role.ADMIN)
def invite() -> Response:
    """Make an invitation and show its link, once."""
    entry = InvitationEntry()
    if not entry.validate():
        raise BadRequest(_("Choose a role and for how many days the link works."))
    return unstored(render_template("admin/invitation.html", **made_invitation(entry)))


def made_invitation(entry: InvitationEntry) -> dict[str, object]:
    """Make an invitation and return what its page shows, once.

    Raises:
        InputInvalid: the note cannot be used.
    """
    code = app_services().invitations.invite(
        entry.role.data, days=entry.days.data, note=entry.note.data or "", actor=current_person().name
    )
    # What follows the # is never sent to a server, so that the code gets into no log on its way.
    link = f"{outside_address('invitations.join')}#{code}"
    return {
        "link": link,
        "days": _DAYS[entry.days.data],
        "role": word(Role(entry.role.data)),
        "is_for_this_machine": reach_of(link) is Reach.THIS_MACHINE,
    }


@admin.post("/invitations/<int:invitation_id>/revoke")
@requires(Role.ADMIN)
def revoke_invitation(invitation_id: int) -> AnyResponse:
    """Take an invitation back."""
    app_services().invitations.revoke(invitation_id, current_person().name)
    flash(_("The invitation is revoked: its link no longer works."))
    return redirect(url_for("admin.users"))
