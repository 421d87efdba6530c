"""One's own notifications, and when one wants none."""

from dataclasses import replace

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.domain.cameras.schedule import OpeningHours
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid
from webapp.web.account.notifications.area import my_notifications
from webapp.web.account.notifications.forms import QuietHoursForm
from webapp.web.account.notifications.page import show_page
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires


@my_notifications.get("")
@requires(Role.STAFF)
def mine() -> str:
    """How I am notified, and why."""
    return show_page()


@my_notifications.post("/quiet-hours")
@requires(Role.STAFF)
def set_quiet_hours() -> Response | tuple[str, int]:
    """Say when I want to be left alone."""
    form, me = QuietHoursForm(), current_person()
    routes = app_services().notifications.routes
    try:
        hours = OpeningHours(form.spans()) if form.validate() else None
        if hours is None or form.has_wrong_day:
            return show_page(quiet_form=form), 400
    except InputInvalid as error:
        put_error(form, error)
        return show_page(quiet_form=form), 400
    wanted = replace(
        routes.preferences(me.user_id), quiet_hours=hours, urgent_goes_through=form.urgent_goes_through.data
    )
    routes.set_preferences(me.user_id, wanted)
    flash(_("Your quiet hours are saved.") if hours.spans else _("You have no quiet hours."))
    return redirect(url_for("my_notifications.mine"))
