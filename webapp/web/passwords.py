"""The form in which a person chooses a password."""

from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo, Length

from webapp.domain.accounts import MIN_PASSWORD_LENGTH
from webapp.services.accounts import MAX_PASSWORD_LENGTH

_LENGTH = Length(
    MIN_PASSWORD_LENGTH,
    MAX_PASSWORD_LENGTH,
    f"Expected {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters. A short sentence is easy to remember.",
)


class NewPasswordFields(FlaskForm):
    """A new password, twice."""

    new = PasswordField("New password", validators=[DataRequired("Choose a password."), _LENGTH])
    repeated = PasswordField("The same again", validators=[EqualTo("new", "The two are not the same.")])


class PasswordChange(NewPasswordFields):
    """A new password, by somebody who knows the current one."""

    current = PasswordField("Current password", validators=[DataRequired("Enter your current password.")])
