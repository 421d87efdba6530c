"""The form of one's daily summary."""

from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.fields import SelectChoice

from webapp.domain.notifications.channels import ChannelKind
from webapp.domain.people.roles import Role
from webapp.web.core.app_context import app_services
from webapp.web.core.guards import current_person

_NEVER = ""


class DailySummaryForm(FlaskForm):
    """From which hour on it is mailed."""

    hour = SelectField(
        lazy("Mail it from"),
        choices=[
            SelectChoice(_NEVER, lazy("Never")),
            *(SelectChoice(str(hour), f"{hour:02}:00") for hour in range(24)),
        ],
    )

    @property
    def chosen_hour(self) -> int | None:
        """The hour; None for never."""
        return int(self.hour.data) if self.hour.data else None


def own_summary_form() -> DailySummaryForm | None:
    """Return the form with what the person wants; None for whom there is no summary."""
    me = current_person()
    if not me.may(Role.MANAGER):
        return None
    hour = app_services().notifications.summaries.hour(me.user_id)
    return DailySummaryForm(formdata=None, hour=_NEVER if hour is None else str(hour))


def has_mail_channel() -> bool:
    """Return whether a summary has somewhere to go."""
    own = app_services().notifications.channels.of(current_person().user_id)
    return any(one.kind is ChannelKind.EMAIL and one.enabled for one in own)
