"""The sixth step: the sign hangs where people read it; put on record with day and name."""

from datetime import date

from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, StringField
from wtforms.validators import DataRequired

from webapp.domain.people.roles import Role
from webapp.domain.site.first_day import FirstDayStep
from webapp.domain.site.site_records import MAX_NAME_LENGTH, RecordKind, newest
from webapp.errors import InputInvalid
from webapp.web.core.access.outside_address import outside_address
from webapp.web.core.app_context import app_services
from webapp.web.core.form_errors import put_error
from webapp.web.core.guards import current_person, requires
from webapp.web.welcome.area import go_on, step_page, welcome


class NoticeEntry(FlaskForm):
    """That the sign hangs, since when, and who hung it."""

    hangs = BooleanField(
        lazy("It hangs at the door, where people read it before a camera sees them"),
        validators=[DataRequired(lazy("Hang the sign first, then tick this."))],
    )
    hangs_since = DateField(lazy("Since"), validators=[DataRequired(lazy("Enter the day on which it was hung."))])
    hung_by = StringField(lazy("Hung by"), validators=[DataRequired(lazy("Enter the name of who hung it."))])


@welcome.route("/notice", methods=["GET", "POST"], endpoint="notice")
@requires(Role.ADMIN)
def notice_step() -> Response | str | tuple[str, int]:
    """The notice as people read it, the sign, and that it hangs."""
    services = app_services()
    today = services.clock.now().astimezone(services.site.zone()).date()
    entry = NoticeEntry(data={"hangs_since": today, "hung_by": current_person().name})
    if not entry.is_submitted():
        return _page(entry, today)
    try:
        if entry.validate():
            services.site_records.record_notice(entry.hangs_since.data, entry.hung_by.data, current_person().name)
            return go_on(FirstDayStep.NOTICE)
    except InputInvalid as error:
        put_error(entry, error)
    return _page(entry, today), 400


def _page(entry: NoticeEntry, today: date) -> str:
    services = app_services()
    return step_page(
        FirstDayStep.NOTICE,
        form=entry,
        today=today,
        max_name=MAX_NAME_LENGTH,
        site=services.site.get(),
        rule=services.retention.rule(),
        address=outside_address("notice.notice_page"),
        record=newest(services.site_records.list(), RecordKind.NOTICE),
    )
