"""What is asked of where a channel leads, by its kind; forms and documents are made of it.

What may stand in each field, `channel_configs` checks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from webapp.domain.notifications.channels import ChannelKind
from webapp.domain.notifications.mqtt_brokers import DEFAULT_DISCOVERY_PREFIX, DEFAULT_TOPIC_PREFIX


class FieldKind(StrEnum):
    """What stands in a field."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105 - a kind of field.
    FLAG = "flag"
    NUMBER = "number"


@dataclass(frozen=True)
class ConfigField:
    """One field.

    Attributes:
        name: its name in the config.
        kind: what stands in it.
        is_required: whether it may be left empty.
        default: what stands in it at first.
    """

    name: str
    kind: FieldKind = FieldKind.TEXT
    is_required: bool = True
    default: str = ""


CONFIG_FIELDS: Mapping[ChannelKind, tuple[ConfigField, ...]] = {
    ChannelKind.WEBHOOK: (ConfigField("url"), ConfigField("secret", FieldKind.SECRET)),
    ChannelKind.EMAIL: (ConfigField("address"),),
    # An address of Apprise holds its log-in.
    ChannelKind.APPRISE: (ConfigField("url", FieldKind.SECRET),),
    ChannelKind.MQTT: (
        ConfigField("host"),
        ConfigField("port", FieldKind.NUMBER, is_required=False),
        ConfigField("tls", FieldKind.FLAG, is_required=False),
        ConfigField("ca_certificate", is_required=False),
        ConfigField("username", is_required=False),
        ConfigField("password", FieldKind.SECRET, is_required=False),
        ConfigField("topic_prefix", default=DEFAULT_TOPIC_PREFIX),
        ConfigField("discovery_prefix", is_required=False, default=DEFAULT_DISCOVERY_PREFIX),
    ),
}
