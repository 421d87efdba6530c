"""Passkeys: keys of a person's own that log in without a password (WebAuthn)."""

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MOST_PASSKEYS = 10
MAX_PASSKEY_NAME = 60
CHALLENGE_FOR = timedelta(minutes=5)
"""How long a browser may take between asking and answering."""
_MOST_ANSWERED = 10_000


@dataclass(frozen=True)
class Passkey:
    """A key whose private half never leaves a person's device.

    Attributes:
        user_id: whose.
        name: as its person calls it.
        rp_id: the name of this server that the device made it for; under another one it is worth nothing.
        credential_id: which key, in the words of the device.
        public_key: checks what the device signs (COSE).
        sign_count: how often the device says that it was used; 0 for ever where it does not count.
        passkey_id: row id; 0 until stored.
    """

    user_id: int
    name: str
    rp_id: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    created_at: datetime
    last_used_at: datetime | None = None
    passkey_id: int = 0

    def counts_on(self, sign_count: int) -> bool:
        """Return whether a use comes after the one before: a copied key would count the same twice."""
        return sign_count > self.sign_count or sign_count == self.sign_count == 0


@dataclass(frozen=True)
class PasskeyPlace:
    """Where passkeys are made and used.

    Attributes:
        rp_id: the name of this server.
        origin: what a browser says that it is on, such as `https://amends.example`.
    """

    rp_id: str
    origin: str


def passkey_place(scheme: str, host: str) -> PasskeyPlace | None:
    """Return where a request is, for passkeys; None where browsers have none: at an IP address, and without HTTPS.

    Args:
        scheme: `http` or `https`, as the browser speaks.
        host: name and port, as the browser has them in its address.
    """
    name = host.partition("]")[0].strip("[") if host.startswith("[") else host.partition(":")[0]
    is_local = name == "localhost" or name.endswith(".localhost")
    if _is_ip_address(name) or not name or not (is_local or scheme == "https"):
        return None
    return PasskeyPlace(name.lower(), f"{scheme}://{host.lower()}")


@dataclass
class AnsweredChallenges:
    """Which challenges were answered: none is taken a second time.

    A challenge is kept by the browser that asked for it, in its signed cookie, so that asking fills no memory here.

    Attributes:
        began_at: since when this is remembered; what was asked before is too old.
    """

    began_at: datetime
    _answered: dict[bytes, datetime] = field(default_factory=dict)

    def take(self, challenge: bytes, asked_at: datetime, now: datetime) -> bool:
        """Return whether a challenge may be answered now, and never again."""
        for old in [one for one, at in self._answered.items() if now - at > CHALLENGE_FOR]:
            del self._answered[old]
        is_in_time = asked_at >= self.began_at and now - asked_at <= CHALLENGE_FOR
        if not is_in_time or challenge in self._answered or len(self._answered) >= _MOST_ANSWERED:
            return False
        self._answered[challenge] = now
        return True


def _is_ip_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
