"""Hours of a week in a form: a text a day, such as 07:00-12:00."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from webapp.domain.cameras.schedule import WEEKDAYS, OpeningHours, OpeningSpan, parse_day
from webapp.errors import InputInvalid
from webapp.web.core.template_filters import WEEKDAY_NAMES, error_words


class WeekHoursFields(FlaskForm):
    """A field for each day; empty is closed."""

    day_0, day_1, day_2, day_3, day_4, day_5, day_6 = (
        StringField(name, validators=[Length(max=120)]) for name in WEEKDAY_NAMES
    )

    @property
    def days(self) -> list[StringField]:
        """The weekdays' fields, Monday first."""
        return [self[f"day_{weekday}"] for weekday in range(len(WEEKDAYS))]

    @property
    def has_wrong_day(self) -> bool:
        """Whether the hours of a day cannot be read; each says why."""
        return any(field.errors for field in self.days)

    def spans(self) -> tuple[OpeningSpan, ...]:
        """Return what was typed; what cannot be read is said at its field and left out."""
        return tuple(span for weekday, field in enumerate(self.days) for span in _day(weekday, field))


def days_of(hours: OpeningHours) -> dict[str, str]:
    """Return the fields' values of some hours."""
    return {f"day_{weekday}": hours.day_words(weekday) for weekday in range(len(WEEKDAYS))}


def _day(weekday: int, field: StringField) -> tuple[OpeningSpan, ...]:
    try:
        return parse_day(weekday, field.data or "")
    except InputInvalid as error:
        field.errors = [*field.errors, error_words(error)]
        return ()
