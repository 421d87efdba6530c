"""When backups are made by themselves."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webapp.domain.people.roles import Role
from webapp.domain.site.backup_schedule import BackupSchedule
from webapp.domain.site.backups import BackupKind
from webapp.domain.site.database_address import database_file
from webapp.errors import InputInvalid
from webapp.web.admin.area import admin
from webapp.web.admin.maintenance.backups_page import ScheduleForm, backups_page
from webapp.web.core.access.tries import is_own_password
from webapp.web.core.app_context import app_services, app_settings
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.core.security import limiter, login_limit


@admin.post("/backups/schedule")
@limiter.limit(login_limit)
@requires(Role.ADMIN)
def change_backup_schedule() -> Response | tuple[str, int]:
    """Let another schedule hold; one whose backups are in clear only after entering the password again."""
    form, service = ScheduleForm(), app_services().backup_schedule
    if database_file(app_settings().sqlalchemy_url) is None:
        raise InputInvalid("The database is on a server of its own: make backups of it with its tools.")
    try:
        if form.validate():
            schedule = form.schedule()
            if _exposes(schedule) and not is_own_password(current_person(), request.form.get("password", "")):
                form.kind.errors = [_("Enter your own password for backups that are not encrypted.")]
                return backups_page(form=form), 403
            service.change(schedule, current_person().name)
            flash(_("Saved."))
            return redirect(url_for("admin.backups"))
    except InputInvalid as error:
        put_error(form, error)
    return backups_page(form=form), 400


def _exposes(schedule: BackupSchedule) -> bool:
    """Return whether from now on backups are made that anyone can read, as they were not before."""
    return schedule.kind is BackupKind.CLEAR and app_services().backup_schedule.schedule().kind is not BackupKind.CLEAR
