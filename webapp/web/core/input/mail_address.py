"""The form for where somebody gets mails."""

from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired


class MailAddressForm(FlaskForm):
    """An address, and a password that shows that it is the person's own, or an admin's, wish."""

    mail = StringField(lazy("Mail address"))
    # Beside other forms of the same page: an id of its own.
    current = PasswordField(
        lazy("Your own password"), id="current-for-mail", validators=[DataRequired(lazy("Enter your own password."))]
    )
