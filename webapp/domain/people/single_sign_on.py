"""Signing in through an identity provider (OpenID Connect): who it names, and what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.domain.people.accounts import MAX_USER_NAME
from webapp.domain.people.roles import Role

MAX_SIGN_IN_NAME = 255
_MAX_SUBJECT = 255  # OpenID Connect Core, section 2.


@dataclass(frozen=True)
class SignInLink:
    """Which account of the provider is a person's.

    Attributes:
        user_id: whose.
        sign_in_name: what an admin entered, by which the first sign-in is recognised; it counts only that once.
        issuer: the provider; empty until the first sign-in.
        subject: the account's own identifier there, which is never given to anyone else; empty until the first sign-in.
    """

    user_id: int
    sign_in_name: str
    issuer: str = ""
    subject: str = ""

    @property
    def is_used(self) -> bool:
        """Whether the account is known for good."""
        return bool(self.subject)


@dataclass(frozen=True)
class Identity:
    """Who the provider says has signed in.

    Attributes:
        issuer: the provider.
        subject: the account's own identifier there.
        sign_in_name: what the provider vouches for, such as a verified e-mail address; empty where there is nothing.
        name: what the person is called.
        groups: values of the claim by which roles are given.
    """

    issuer: str
    subject: str
    sign_in_name: str = ""
    name: str = ""
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RoleMapping:
    """Which values of a claim give which role; without any, roles are given in Amends alone."""

    groups: Mapping[Role, frozenset[str]] = field(default_factory=dict)

    @property
    def is_set(self) -> bool:
        """Whether the provider gives the roles."""
        return any(self.groups.values())

    def role_of(self, identity: Identity) -> Role | None:
        """Return the highest role that someone has; None for none."""
        held = [role for role in Role if self.groups.get(role, frozenset()) & identity.groups]
        return held[-1] if held else None


def sign_in_key(sign_in_name: str) -> str:
    """Return a sign-in name as it is compared: without regard to case, in ASCII alone.

    Elsewhere letters that look alike, such as the sign of kelvin and a k, become the same in lower case.
    """
    return "".join(letter.lower() if letter.isascii() else letter for letter in sign_in_name.strip())


def identity_of(claims: Mapping[str, Any], name_claim: str, role_claim: str) -> Identity | None:
    """Return who the claims of a checked ID token name; None where they name nobody.

    Args:
        claims: of the token.
        name_claim: by which a first sign-in is recognised; an e-mail address counts only if it is verified.
        role_claim: a text or a list of texts by which roles are given.
    """
    subject, issuer = claims.get("sub"), claims.get("iss")
    if not isinstance(subject, str) or not isinstance(issuer, str) or not 0 < len(subject) <= _MAX_SUBJECT:
        return None
    is_vouched_for = name_claim != "email" or claims.get("email_verified") is True
    return Identity(
        issuer,
        subject,
        _text(claims.get(name_claim))[:MAX_SIGN_IN_NAME] if is_vouched_for else "",
        next(filter(None, (_text(claims.get(name)) for name in ("preferred_username", "name", "email"))), "")[
            :MAX_USER_NAME
        ],
        _texts(claims.get(role_claim)),
    )


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: object) -> frozenset[str]:
    values = value if isinstance(value, list) else [value]
    return frozenset(one for one in values if isinstance(one, str))
