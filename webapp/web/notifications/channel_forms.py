"""The form of a channel, made of what the domain asks of its kind."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as lazy
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, IntegerField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from webapp.domain.notifications.channel_configs import ADDABLE_KINDS
from webapp.domain.notifications.channel_fields import CONFIG_FIELDS, ConfigField, FieldKind
from webapp.domain.notifications.channels import MAX_CHANNEL_NAME, ChannelKind, NotificationChannel
from webapp.domain.site.site import LANGUAGES
from webapp.web.core.page_facts import page_facts

# In a form the fields of a config stand beside those of the channel.
_PREFIX = "config_"
_FIELD_WORDS = {
    "url": lazy("Where to send it"),
    "secret": lazy("Secret to sign with"),
    "address": lazy("Mail address"),
    "host": lazy("Server"),
    "port": lazy("Port"),
    "tls": lazy("Encrypted (TLS)"),
    "username": lazy("User name"),
    "password": lazy("Password"),
    "ca_certificate": lazy("Certificate of who signed the server's"),
    "topic_prefix": lazy("What all topics begin with"),
    "discovery_prefix": lazy("Where Home Assistant looks for devices"),
}
_FIELD_HINTS = {
    (ChannelKind.MQTT, "port"): lazy("Empty: 1883, and 8883 with TLS."),
    (ChannelKind.MQTT, "tls"): lazy("Without it everyone on the way reads the password."),
    (ChannelKind.MQTT, "ca_certificate"): lazy("As PEM. Empty where this machine trusts it already."),
    (ChannelKind.MQTT, "topic_prefix"): lazy("Another one for each Amends at the same broker."),
    (ChannelKind.MQTT, "discovery_prefix"): lazy("Empty: nothing is announced to Home Assistant."),
    (ChannelKind.WEBHOOK, "url"): lazy("Begins with https:// or http://."),
    (ChannelKind.WEBHOOK, "secret"): lazy(
        "Copy it into the program that receives the messages, now: it is not shown again."
    ),
    (ChannelKind.APPRISE, "url"): lazy("An address of Apprise, such as ntfy://server/topic. It is not shown again."),
    (ChannelKind.EMAIL, "address"): lazy("One address; that of a mailing list reaches everybody on it."),
}


class ChannelEntry(FlaskForm):
    """What every channel has."""

    name = StringField(lazy("Name"), validators=[DataRequired(lazy("Enter a name.")), Length(max=MAX_CHANNEL_NAME)])
    language = SelectField(
        lazy("Language of its messages"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )
    names_place = BooleanField(lazy("Messages name the camera"))
    enabled = BooleanField(lazy("Switched on"), default=True)
    # Of a channel that is there already: whether what stands below replaces where it leads.
    leads_elsewhere = BooleanField(lazy("It leads somewhere else from now on"))

    @property
    def config_fields(self) -> list[Field]:
        """The fields of where it leads."""
        return [field for field in self if field.name.startswith(_PREFIX)]

    def config(self) -> Mapping[str, Any]:
        """Return what was typed of where it leads."""
        return {field.name.removeprefix(_PREFIX): _typed(field) for field in self.config_fields}

    def error_names(self) -> Mapping[str, str]:
        """Return the domain's names of fields → the form's."""
        return {field.name.removeprefix(_PREFIX): field.name for field in self.config_fields}


def offered_kinds() -> list[ChannelKind]:
    """Return the kinds of which a shared channel can be added here."""
    return [kind for kind in CONFIG_FIELDS if kind in ADDABLE_KINDS]


def new_entry(kind: ChannelKind) -> ChannelEntry:
    """Return the form of a new channel; the secret that it suggests is seen here and never again."""
    defaults: dict[str, Any] = {_PREFIX + one.name: one.default for one in CONFIG_FIELDS[kind] if one.default}
    if kind is ChannelKind.WEBHOOK:
        defaults[_PREFIX + "secret"] = secrets.token_urlsafe(24)
    entry: ChannelEntry = _form_of(kind, is_new=True)(data={"language": page_facts().site.language or "en", **defaults})
    return entry


def entry_of(channel: NotificationChannel) -> ChannelEntry:
    """Return the form of a channel; where it leads stays empty."""
    kept = {name: getattr(channel, name) for name in ("name", "language", "names_place", "enabled")}
    entry: ChannelEntry = _form_of(channel.kind, is_new=False)(data=kept)
    return entry


def _form_of(kind: ChannelKind, *, is_new: bool) -> type[ChannelEntry]:
    fields = {_PREFIX + one.name: _field(kind, one, is_new=is_new) for one in CONFIG_FIELDS.get(kind, ())}
    return type("KindEntry", (ChannelEntry,), fields)


def _field(kind: ChannelKind, one: ConfigField, *, is_new: bool) -> Field:
    label, hint = _FIELD_WORDS.get(one.name, one.name), _FIELD_HINTS.get((kind, one.name), "")
    if one.kind is FieldKind.FLAG:
        return BooleanField(label, description=hint)
    if one.kind is FieldKind.NUMBER:
        return IntegerField(label, description=hint, validators=[Optional()])
    # A suggestion has to be read to be copied; what is kept is never sent to a browser.
    is_suggested = is_new and kind is ChannelKind.WEBHOOK
    shown = StringField if one.kind is FieldKind.TEXT or is_suggested else PasswordField
    return shown(label, description=hint)


def _typed(field: Field) -> Any:
    return field.data.strip() if isinstance(field.data, str) else field.data
