"""Where an MQTT channel leads: a broker, and beneath which topics."""

import base64
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.domain.cameras.addresses.camera_hosts import may_be_a_camera
from webapp.errors import InputInvalid

DEFAULT_TOPIC_PREFIX = "amends"
DEFAULT_DISCOVERY_PREFIX = "homeassistant"
_MOST_HOST, _MOST_NAME, _MOST_PREFIX, _MOST_TEXT = 253, 256, 60, 20_000
_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9a-fA-F:]+", re.ASCII)
# No wildcard, no empty level: what Home Assistant takes as an object's id, with levels.
_PREFIX = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*", re.ASCII)


@dataclass(frozen=True)
class MQTTBroker:
    """A broker, and how Amends speaks to it.

    Attributes:
        host: its name or address.
        port: of it.
        has_tls: whether what is sent is protected.
        ca_certificate: of whoever signed its certificate, as PEM; empty for those that this machine trusts.
        username: to log in with; empty where it asks for none.
        password: likewise.
        topic_prefix: what all topics begin with; installations that share a broker need one each.
        discovery_prefix: where Home Assistant looks for new devices; empty where it is told of none.
    """

    host: str
    port: int = 1883
    has_tls: bool = False
    ca_certificate: str = ""
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    topic_prefix: str = DEFAULT_TOPIC_PREFIX
    discovery_prefix: str = DEFAULT_DISCOVERY_PREFIX

    def __post_init__(self) -> None:
        """Check what an admin entered.

        Raises:
            InputInvalid: something of it cannot be used.
        """
        if len(self.host) > _MOST_HOST or not _HOST.fullmatch(self.host):
            raise InputInvalid("Expected the name of an MQTT broker, such as mqtt.example.org.", field="host")
        if not may_be_a_camera(self.host):
            raise InputInvalid("Nothing is sent to this address: expected a server of your own or a service.")
        if not 1 <= self.port <= 65535:
            raise InputInvalid("Expected a port from 1 to 65535, got %(port)s.", port=self.port, field="port")
        for name in ("username", "password"):
            value = getattr(self, name)
            if len(value) > _MOST_NAME or not (value.isprintable() or not value):
                raise InputInvalid("Expected at most %(most)s characters.", most=_MOST_NAME, field=name)
        self._check_prefixes()

    @property
    def place(self) -> str:
        """What tells one place of topics from another."""
        return f"{self.host.lower()}:{self.port}/{self.topic_prefix}/{self.discovery_prefix}"

    @property
    def device_prefix(self) -> str:
        """What the ids of all devices begin with."""
        return self.topic_prefix.replace("/", "_")

    def as_dict(self) -> dict[str, Any]:
        """Return it ready for JSON, with its secrets."""
        return {
            "host": self.host,
            "port": self.port,
            "tls": self.has_tls,
            "ca_certificate": self.ca_certificate,
            "username": self.username,
            "password": self.password,
            "topic_prefix": self.topic_prefix,
            "discovery_prefix": self.discovery_prefix,
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "MQTTBroker":
        """Read what a form or `as_dict` gave; numbers and switches may be text.

        Raises:
            InputInvalid: something of it cannot be used.
        """
        has_tls = config.get("tls") in (True, "on", "yes", "true", "1")
        port = str(config.get("port") or (8883 if has_tls else 1883))
        if not (port.isascii() and port.isdigit() and len(port) <= 5):
            raise InputInvalid("Expected a port from 1 to 65535, got %(port)s.", port=port[:10], field="port")
        return cls(
            _text(config, "host").strip(),
            int(port),
            has_tls,
            _checked_certificates(_text(config, "ca_certificate")),
            _text(config, "username"),
            _text(config, "password"),
            _text(config, "topic_prefix").strip() or DEFAULT_TOPIC_PREFIX,
            _text(config, "discovery_prefix", DEFAULT_DISCOVERY_PREFIX).strip(),
        )

    def _check_prefixes(self) -> None:
        for name, may_be_empty in (("topic_prefix", False), ("discovery_prefix", True)):
            prefix = getattr(self, name)
            is_fine = bool(_PREFIX.fullmatch(prefix)) or (may_be_empty and not prefix)
            if len(prefix) > _MOST_PREFIX or not is_fine:
                raise InputInvalid(
                    "Expected letters, digits, _ and -, in levels parted by /, such as hotel/amends.", field=name
                )


def _text(config: Mapping[str, Any], name: str, default: str = "") -> str:
    value = config.get(name, default)
    if value is not None and (not isinstance(value, str) or len(value) > _MOST_TEXT):
        raise InputInvalid("Expected a text.", field=name)
    return value or ""


def _checked_certificates(pem: str) -> str:
    """Return certificates with the line ends that they need; a form of one line takes them away."""
    bodies = _CERTIFICATE.findall(pem)
    if pem.strip() and not bodies:
        raise InputInvalid("Expected a certificate in the form PEM.", field="ca_certificate")
    try:
        return "".join(
            ssl.DER_cert_to_PEM_cert(base64.b64decode("".join(body.split()), validate=True)) for body in bodies
        )
    except ValueError:
        raise InputInvalid("Expected a certificate in the form PEM.", field="ca_certificate") from None
