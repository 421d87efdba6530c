"""The forms of one's own notifications."""

from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from webapp.domain.notifications.channels import MAX_CHANNEL_NAME
from webapp.web.core.input.week_hours import WeekHoursFields

_MAX_URL = 2000


class _OwnChannelForm(FlaskForm):
    """What each channel of one's own has."""

    name = StringField(lazy("Name"), validators=[DataRequired(lazy("Enter a name.")), Length(max=MAX_CHANNEL_NAME)])
    names_place = BooleanField(lazy("Messages name the camera"))


class OwnMailForm(_OwnChannelForm):
    """A mail address of one's own."""

    address = StringField(
        lazy("Mail address"), validators=[DataRequired(lazy("Enter a mail address.")), Length(max=254)]
    )


class OwnChatForm(_OwnChannelForm):
    """A chat or a gateway of one's own; its address holds a secret, and is shown to nobody."""

    url = PasswordField(
        lazy("Address for Apprise"), validators=[DataRequired(lazy("Enter an address.")), Length(max=_MAX_URL)]
    )


class CodeForm(FlaskForm):
    """The code that was sent to a mail address."""

    code = StringField(lazy("Code from the mail"), validators=[DataRequired(lazy("Enter the code.")), Length(max=40)])


class QuietHoursForm(WeekHoursFields):
    """When one wants to be left alone."""

    urgent_goes_through = BooleanField(lazy("What is urgent is sent all the same"))
