"""The page of the backups, which several forms stand on."""

from flask import render_template
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from webapp.domain.site.backup_schedule import MOST_KEPT, BackupRhythm, BackupSchedule
from webapp.domain.site.backups import BackupKind
from webapp.domain.site.database_address import database_file
from webapp.web.core.app_context import app_services, app_settings

KIND_WORDS = {
    BackupKind.ENCRYPTED: lazy("Everything, encrypted"),
    BackupKind.REDUCED: lazy("Without pictures and keys"),
    BackupKind.CLEAR: lazy("Everything, not encrypted"),
}
_RHYTHM_WORDS = {
    BackupRhythm.OFF: lazy("Never"),
    BackupRhythm.DAILY: lazy("Every day"),
    BackupRhythm.WEEKLY: lazy("Every week"),
}
_WEEKDAYS = (
    lazy("Monday"), lazy("Tuesday"), lazy("Wednesday"), lazy("Thursday"), lazy("Friday"), lazy("Saturday"),
    lazy("Sunday"),
)  # fmt: skip


class ScheduleForm(FlaskForm):
    """When backups are made by themselves."""

    rhythm = RadioField(lazy("How often"), choices=lambda: _rhythm_choices())
    at = StringField(lazy("At"), validators=[InputRequired(lazy("Enter a time of day such as 03:30."))])
    weekday = SelectField(lazy("On"), coerce=int, choices=lambda: _day_choices())
    kind = SelectField(lazy("Contents"), choices=lambda: _kind_choices())
    folder = SelectField(lazy("A copy in"), choices=lambda: _folder_choices())
    keep = IntegerField(lazy("How many are kept"), validators=[InputRequired(lazy("Enter a number."))])

    def schedule(self) -> BackupSchedule:
        """Return the entry.

        Raises:
            InputInvalid: something of it cannot be used.
        """
        return BackupSchedule(
            rhythm=self.rhythm.data,
            at=(self.at.data or "").strip(),
            weekday=self.weekday.data,
            kind=self.kind.data,
            folder=self.folder.data,
            keep=self.keep.data,
        )


def backups_page(problem: str = "", form: ScheduleForm | None = None) -> str:
    """Return the page.

    Args:
        problem: why something was not done.
        form: a schedule that was entered and cannot be used.
    """
    services = app_services()
    service, scheduled = services.backups, services.backup_schedule
    schedule = scheduled.schedule()
    return render_template(
        "admin/maintenance/backups.html",
        backups=service.store.list(),
        is_on_server=database_file(app_settings().sqlalchemy_url) is None,
        schedule=schedule,
        kinds=service.store.kinds(),
        words=KIND_WORDS,
        rule=service.rule(),
        last_goes_at=service.last_goes_at(),
        wanted=service.wanted(),
        failure=service.failure(),
        problem=problem,
        form=form or ScheduleForm(formdata=None, obj=schedule),
        scheduled=scheduled.state(),
        next_at=scheduled.next_at(),
        zone=services.site.zone(),
        most_kept=MOST_KEPT,
        folders=scheduled.folders.names(),
    )


def _rhythm_choices() -> list[SelectChoice]:
    return [SelectChoice(value.value, words) for value, words in _RHYTHM_WORDS.items()]


def _day_choices() -> list[SelectChoice]:
    return [SelectChoice(number, words) for number, words in enumerate(_WEEKDAYS)]


def _kind_choices() -> list[SelectChoice]:
    return [SelectChoice(kind.value, KIND_WORDS[kind]) for kind in app_services().backups.store.kinds()]


def _folder_choices() -> list[SelectChoice]:
    names = app_services().backup_schedule.folders.names()
    return [SelectChoice("", lazy("No other folder")), *(SelectChoice(name, name) for name in names)]
