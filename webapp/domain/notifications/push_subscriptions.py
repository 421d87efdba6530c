"""What a browser says of itself so that a push service wakes it (RFC 8030 and 8291), and the keys that speak for us."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from webapp.errors import InputInvalid

MAX_ENDPOINT = 1000
_MAX_KEY = 128
_POINT_BYTES = 65
_AUTH_BYTES = 16
# NIST P-256, FIPS 186-4, D.1.2.3.
_PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*", re.IGNORECASE)


@dataclass(frozen=True)
class PushKeys:
    """The pair that signs what is sent to push services (VAPID, RFC 8292), in Base64 for addresses.

    Attributes:
        public: its point; browsers bind a subscription to it.
        private: its number.
    """

    public: str
    private: str = field(repr=False)


def checked_subscription(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a browser's subscription as it is kept: `endpoint`, `p256dh`, `auth`, and the `origin` that it is of.

    Raises:
        InputInvalid: a part of it is none, or it leads to anything but a server with a name and HTTPS.
    """
    kept = {"endpoint": _checked_endpoint(config.get("endpoint")), "origin": _checked_origin(config.get("origin"))}
    point, auth = _bytes(config, "p256dh"), _bytes(config, "auth")
    if not _is_point(point) or len(auth) != _AUTH_BYTES:
        raise InputInvalid("This browser did not say how it is reached. Try again.", field="keys")
    return {**kept, "p256dh": to_base64(point), "auth": to_base64(auth)}


def fingerprint_of(endpoint: str) -> str:
    """Return by what a browser knows itself again; where it is reached cannot be told from it."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def to_base64(content: bytes) -> str:
    """Return bytes in Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def from_base64(text: str) -> bytes:
    """Return the bytes of Base64 for addresses, with padding or without.

    Raises:
        ValueError: it is none.
    """
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _checked_endpoint(endpoint: object) -> str:
    """Return where a push service takes messages; these are on the internet and have names, not numbers."""
    try:
        parts = urlsplit(endpoint if isinstance(endpoint, str) else "")
        is_usable = parts.scheme == "https" and parts.port != 0 and bool(_NAME.fullmatch(parts.hostname or ""))
    except ValueError:
        is_usable = False
    has_person = is_usable and (parts.username is not None or parts.password is not None)
    text = str(endpoint)
    if not is_usable or has_person or len(text) > MAX_ENDPOINT or not text.isascii() or not text.isprintable():
        raise InputInvalid("This browser did not say how it is reached. Try again.", field="endpoint")
    return text


def _checked_origin(origin: object) -> str:
    parts = urlsplit(origin if isinstance(origin, str) and len(origin) <= MAX_ENDPOINT else "")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputInvalid("Expected an address.", field="origin")
    return f"{parts.scheme}://{parts.netloc}"


def _bytes(config: Mapping[str, Any], name: str) -> bytes:
    text = config.get(name)
    try:
        return from_base64(text) if isinstance(text, str) and len(text) <= _MAX_KEY else b""
    except (binascii.Error, ValueError):
        return b""


def _is_point(content: bytes) -> bool:
    """Return whether bytes are a point of P-256: with any other nothing could ever be encrypted."""
    if len(content) != _POINT_BYTES or content[0] != 4:
        return False
    x, y = int.from_bytes(content[1:33]), int.from_bytes(content[33:])
    return max(x, y) < _PRIME and (y * y - (x * x * x - 3 * x + _B)) % _PRIME == 0
