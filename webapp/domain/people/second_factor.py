"""The second factor: a code that changes every half minute, and codes for the day on which the device is lost."""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role

RECOVERY_CODE_COUNT = 10
MOST_WRONG_CODES = 5
"""Wrong codes after which one has to begin again with the password."""
HALF_SIGNED_IN_FOR = timedelta(minutes=5)
_STEPS_EACH_WAY = 1
_LONGEST_WAIT_S = 300
# 80 random bits: a stolen hash cannot be guessed back, and 16 characters can still be typed.
_RECOVERY_CODE_BYTES = 10
_GROUP = 4


class SecondFactorMode(StrEnum):
    """Who has a second factor."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"

    def is_asked_of(self, user: User) -> bool:
        """Return whether this person's password alone is not enough."""
        return self is not SecondFactorMode.OFF and user.has_second_factor

    def is_missing(self, user: User) -> bool:
        """Return whether this person has to set one up before anything else."""
        return self is SecondFactorMode.REQUIRED and user.role.includes(Role.MANAGER) and not user.has_second_factor


@dataclass(frozen=True)
class SecondFactor:
    """What is stored of a person's second factor.

    Attributes:
        encrypted_secret: what the device and this machine both know.
        last_step: the half minute of the last accepted code; that code and earlier ones are worth nothing.
    """

    encrypted_secret: bytes
    last_step: int


@dataclass(frozen=True)
class WrongCodes:
    """When a person's wrong codes came, since the last right one."""

    at: tuple[datetime, ...] = ()

    @property
    def wait_ends_at(self) -> datetime | None:
        """Until when no code is looked at: a second after the first wrong one, each further one doubles it."""
        if not self.at:
            return None
        return self.at[-1] + timedelta(seconds=min(2 ** (len(self.at) - 1), _LONGEST_WAIT_S))

    def since(self, begin: datetime) -> int:
        """Return how many came from a time on."""
        return sum(at >= begin for at in self.at)


def new_secret() -> str:
    """Return what a new device is to know: 160 random bits in base 32."""
    import pyotp  # Loaded by who has a second factor to look at: every process knows of them.

    return pyotp.random_base32()


def device_address(secret: str, user_name: str, product_name: str) -> str:
    """Return what the QR code says to the device."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=user_name, issuer_name=product_name)


def matching_step(secret: str, code: str, at: datetime, last_step: int) -> int | None:
    """Return the half minute that a code belongs to; None where it is wrong, too old, or used.

    Args:
        secret: of the person's device.
        code: what was entered, without spaces.
        at: the time here; the device's may differ by one step each way (RFC 6238, 5.2).
        last_step: of the last code that was accepted.
    """
    import pyotp

    device = pyotp.TOTP(secret)
    now = device.timecode(at)
    steps = range(max(now - _STEPS_EACH_WAY, last_step + 1), now + _STEPS_EACH_WAY + 1)
    return next((step for step in steps if is_same(device.generate_otp(step), code)), None)


def is_same(one: str, other: str) -> bool:
    """Compare, in a time that says nothing of where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_recovery_codes() -> list[str]:
    """Return ten codes, as people read them: four groups of four."""
    return [_grouped(secrets.token_bytes(_RECOVERY_CODE_BYTES)) for _ in range(RECOVERY_CODE_COUNT)]


def as_typed(entered: str) -> str:
    """Return a code of either kind without what people type for legibility."""
    return "".join(character for character in entered.lower() if character.isalnum())[:64]


def _grouped(code: bytes) -> str:
    text = base64.b32encode(code).decode().lower()
    return "-".join(text[begin : begin + _GROUP] for begin in range(0, len(text), _GROUP))
