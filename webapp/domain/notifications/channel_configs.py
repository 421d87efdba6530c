"""What a channel of each kind has to say of where it leads.

A new kind of channel adds a function here, and a `Sender` in `webapp.runtime.notifications`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from webapp.domain.cameras.addresses.camera_hosts import may_be_a_camera
from webapp.domain.notifications.apprise_urls import checked_apprise_url
from webapp.domain.notifications.channels import ChannelKind
from webapp.domain.notifications.mqtt_brokers import MQTTBroker
from webapp.domain.notifications.push_subscriptions import checked_subscription
from webapp.domain.site.mail import checked_mail_address
from webapp.errors import InputInvalid

MAX_URL = 2000
MIN_SECRET = 16
MAX_SECRET = 256
_MAX_TEXT = 4000
_SECRET = re.compile(r"[\x21-\x7e]+")


def checked_config(kind: ChannelKind, config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return where a channel leads as it is kept: the fields of its kind, and no others.

    Raises:
        InputInvalid: something of it is missing or cannot be used; no message repeats a secret.
    """
    check = _CHECKS.get(kind)
    if check is None:
        raise InputInvalid("Channels of this kind cannot be added yet.", field="kind")
    return check(config)


def _webhook(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check `url` and `secret`, with which messages are signed."""
    return {"url": checked_url(_text(config, "url")), "secret": _checked_secret(_text(config, "secret"))}


def _email(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check `address`."""
    return {"address": checked_mail_address(_text(config, "address"), field="address")}


def _apprise(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check `url`."""
    return {"url": checked_apprise_url(_text(config, "url"))}


def _mqtt(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check the fields of `MQTTBroker`."""
    return MQTTBroker.from_config(config).as_dict()


def unconfirmed_code(config: Mapping[str, Any]) -> str:
    """Return the code by which the owner of a mail address confirms it; empty where nothing has to be confirmed."""
    return str(config.get("code", ""))


_CHECKS: Mapping[ChannelKind, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    ChannelKind.WEBHOOK: _webhook,
    ChannelKind.EMAIL: _email,
    ChannelKind.APPRISE: _apprise,
    ChannelKind.MQTT: _mqtt,
    ChannelKind.WEB_PUSH: checked_subscription,
}
# A browser adds itself: nobody could type what it says.
ADDABLE_KINDS = tuple(kind for kind in _CHECKS if kind is not ChannelKind.WEB_PUSH)


def checked_url(url: str) -> str:
    """Return an http or https address that messages can be sent to; what its name stands for is asked when they are.

    Raises:
        InputInvalid: it is none, holds a user name or password, or names a place where no server of anybody's is.
    """
    try:
        parts = urlsplit(url.strip())
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url.strip():
        raise InputInvalid("Expected an address that begins with https:// or http://.", field="url")
    if parts.username is not None or parts.password is not None:
        raise InputInvalid("Expected an address without a user name and password.", field="url")
    if not may_be_a_camera(str(parts.hostname)):
        raise InputInvalid("Nothing is sent to this address: expected a server of your own or a service.", field="url")
    return url.strip()


def _checked_secret(secret: str) -> str:
    if not MIN_SECRET <= len(secret) <= MAX_SECRET or not _SECRET.fullmatch(secret):
        raise InputInvalid(
            "Expected a secret of %(least)s to %(most)s letters, digits and signs, without spaces.",
            least=MIN_SECRET,
            most=MAX_SECRET,
            field="secret",
        )
    return secret


def _text(config: Mapping[str, Any], name: str) -> str:
    value = config.get(name, "")
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        raise InputInvalid("Expected a text.", field=name)
    return value
