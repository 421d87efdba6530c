"""The form in which a person chooses a password."""

from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo, Length

from webapp.domain.people.accounts import MIN_PASSWORD_LENGTH
from webapp.services.people.passwords import MAX_PASSWORD_LENGTH

_LENGTH = Length(
    MIN_PASSWORD_LENGTH,
    MAX_PASSWORD_LENGTH,
    lazy(
        "Expected %(least)s to %(most)s characters. A short sentence is easy to remember.",
        least=MIN_PASSWORD_LENGTH,
        most=MAX_PASSWORD_LENGTH,
    ),
)


class NewPasswordFields(FlaskForm):
    """A new password, twice."""

    new = PasswordField(lazy("New password"), validators=[DataRequired(lazy("Choose a password.")), _LENGTH])
    repeated = PasswordField(lazy("The same again"), validators=[EqualTo("new", lazy("The two are not the same."))])


class PasswordChange(NewPasswordFields):
    """A new password, by someone who knows the current one."""

    current = PasswordField(lazy("Current password"), validators=[DataRequired(lazy("Enter your current password."))])
