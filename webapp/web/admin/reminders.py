"""What happens to an alert that nobody takes."""

from dataclasses import asdict

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import FloatField
from wtforms.validators import InputRequired

from webapp.domain.alerts.escalation import MAX_MINUTES, MOST_REMINDERS, ReminderRule
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid
from webapp.web.admin.area import admin
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires

_NEEDED = [InputRequired(lazy("Enter a number of minutes; 0 never does it."))]


class ReminderEntry(FlaskForm):
    """Minutes until something is done."""

    repeat_min = FloatField(lazy("Remind after"), validators=_NEEDED)
    escalate_min = FloatField(lazy("Escalate to the managers after"), validators=_NEEDED)

    def rule(self) -> ReminderRule:
        """Return the entry as a rule.

        Raises:
            InputInvalid: a number is out of range.
        """
        return ReminderRule(self.repeat_min.data, self.escalate_min.data)


@admin.get("/reminders")
@requires(Role.ADMIN)
def reminders() -> str:
    """What holds."""
    rule = app_services().reminders.rule()
    return _page(ReminderEntry(formdata=None, data={name: f"{minutes:g}" for name, minutes in asdict(rule).items()}))


@admin.post("/reminders")
@requires(Role.ADMIN)
def change_reminders() -> Response | tuple[str, int]:
    """Let another rule hold."""
    entry = ReminderEntry()
    try:
        if entry.validate():
            app_services().reminders.change(entry.rule(), current_person().name)
            flash(_("Saved. It applies from now on, also to alerts that are open."))
            return redirect(url_for("admin.reminders"))
    except InputInvalid as error:
        put_error(entry, error)
    return _page(entry), 400


def _page(entry: ReminderEntry) -> str:
    return render_template(
        "admin/escalation.html",
        form=entry,
        rule=app_services().reminders.rule(),
        most=MOST_REMINDERS,
        max_minutes=MAX_MINUTES,
        cameras=app_services().cameras.list(),
    )
