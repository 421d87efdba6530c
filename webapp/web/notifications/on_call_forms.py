"""The forms of a schedule: its name, a turn, an exception."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, TimeField
from wtforms.fields import DateTimeLocalField, SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from webapp.domain.cameras.schedule import OpeningSpan
from webapp.domain.notifications.on_call import MAX_SCHEDULE_NAME, OnCallOverride, OnCallSlot
from webapp.errors import InputInvalid
from webapp.web.core.template_filters import WEEKDAY_NAMES

_NOBODY = 0


class NameEntry(FlaskForm):
    """What a schedule is called."""

    name = StringField(lazy("Name"), validators=[DataRequired(lazy("Enter a name.")), Length(max=MAX_SCHEDULE_NAME)])


class SlotEntry(FlaskForm):
    """The same hours of one person, on one or more days of the week."""

    user_id = SelectField(lazy("Who"), id="turn-user", coerce=int)
    weekdays = SelectMultipleField(
        lazy("Days"),
        coerce=int,
        choices=[SelectChoice(weekday, name) for weekday, name in enumerate(WEEKDAY_NAMES)],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired(lazy("Choose at least one day."))],
    )
    begins = TimeField(lazy("From"), validators=[InputRequired(lazy("Enter a time such as 08:00."))])
    ends = TimeField(lazy("Until"), validators=[InputRequired(lazy("Enter a time such as 08:00."))])

    def offer(self, people: Mapping[int, str]) -> None:
        """Offer who there is."""
        self.user_id.choices = [SelectChoice(user_id, name) for user_id, name in people.items()]

    def slots(self) -> tuple[OnCallSlot, ...]:
        """Return the turns; an end at midnight is the end of the day.

        Raises:
            InputInvalid: a time cannot be used.
        """
        begin, end = (field.data.hour * 60 + field.data.minute for field in (self.begins, self.ends))
        return tuple(OnCallSlot(OpeningSpan(day, begin, end), self.user_id.data) for day in self.weekdays.data)


class OverrideEntry(FlaskForm):
    """Who is on call instead, from one moment to another, on the clocks of the site."""

    instead_id = SelectField(lazy("Who instead"), coerce=int)
    begins_at = DateTimeLocalField(lazy("Begins"), validators=[InputRequired(lazy("Enter a date and a time."))])
    ends_at = DateTimeLocalField(lazy("Ends"), validators=[InputRequired(lazy("Enter a date and a time."))])

    def offer(self, people: Mapping[int, str]) -> None:
        """Offer who there is, and nobody."""
        named = [SelectChoice(user_id, name) for user_id, name in people.items()]
        self.instead_id.choices = [*named, SelectChoice(_NOBODY, lazy("Nobody"))]

    def override(self, zone: tzinfo) -> OnCallOverride:
        """Return the exception.

        Raises:
            InputInvalid: it ends before it begins, or lasts too long.
        """
        begins_at, ends_at = (_moment(field.data, zone) for field in (self.begins_at, self.ends_at))
        return OnCallOverride(begins_at, ends_at, self.instead_id.data or None)


def slot_value(slot: OnCallSlot) -> str:
    """Return by what a form names a turn."""
    span = slot.span
    return f"{span.weekday}-{span.begin_minute}-{span.end_minute}-{slot.user_id}"


def slot_of() -> OnCallSlot:
    """Return the turn that the form names.

    Raises:
        InputInvalid: it names none.
    """
    try:
        weekday, begin, end, user_id = map(int, request.form.get("turn", "").split("-"))
    except ValueError as error:
        raise InputInvalid(_("Choose a turn.")) from error
    return OnCallSlot(OpeningSpan(weekday, begin, end), user_id)


def override_value(override: OnCallOverride) -> str:
    """Return by what a form names an exception."""
    return f"{override.begins_at:%Y%m%dT%H%M}-{override.ends_at:%Y%m%dT%H%M}-{override.user_id or _NOBODY}"


def _moment(local: datetime, zone: tzinfo) -> datetime:
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise InputInvalid(_("Enter a date and a time.")) from error
