"""What the use cases need of the database about the ways in beside the password."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from webapp.domain.people.passkeys import Passkey
from webapp.domain.people.password_resets import PasswordReset
from webapp.domain.people.second_factor import SecondFactor
from webapp.domain.people.single_sign_on import SignInLink


class SecondFactorRepository(Protocol):
    """People's devices, and their recovery codes as hashes."""

    def get(self, user_id: int) -> SecondFactor | None:
        """Return a person's device."""

    def put(self, user_id: int, factor: SecondFactor) -> None:
        """Store it."""

    def remove(self, user_id: int) -> None:
        """Delete device and recovery codes."""

    def code_hashes(self, user_id: int) -> Sequence[str]:
        """Return the recovery codes that are left."""

    def put_codes(self, user_id: int, code_hashes: Sequence[str]) -> None:
        """Store recovery codes in place of all earlier ones."""

    def remove_code(self, user_id: int, code_hash: str) -> None:
        """Delete one that was used."""


class SignInLinkRepository(Protocol):
    """Which account of the identity provider is whose."""

    def get(self, user_id: int) -> SignInLink | None:
        """Return a person's link."""

    def find(self, issuer: str, subject: str) -> SignInLink | None:
        """Return the link of an account of the provider."""

    def find_expected(self, sign_in_name: str) -> SignInLink | None:
        """Return the link for a sign-in name, without regard to case, be it used yet or not."""

    def put(self, link: SignInLink) -> None:
        """Store a person's link, in place of an earlier one."""

    def remove(self, user_id: int) -> None:
        """Delete it."""


class PasskeyRepository(Protocol):
    """People's passkeys."""

    def list(self, user_id: int) -> Sequence[Passkey]:
        """Return a person's, oldest first."""

    def exist(self) -> bool:
        """Return whether anyone has one."""

    def get(self, passkey_id: int) -> Passkey | None:
        """Return one."""

    def find(self, credential_id: bytes) -> Passkey | None:
        """Return the one that a device calls so."""

    def add(self, passkey: Passkey) -> Passkey:
        """Store a new one and return it with its id."""

    def note_use(self, passkey_id: int, sign_count: int, at: datetime) -> None:
        """Store that it was used."""

    def remove(self, passkey_id: int) -> None:
        """Delete it."""


class PasswordResetRepository(Protocol):
    """The wishes for another password, and the links that were sent."""

    def add(self, reset: PasswordReset) -> None:
        """Store a new wish."""

    def waiting(self) -> Sequence[PasswordReset]:
        """Return those that are still to be seen to, the oldest first."""

    def count_waiting(self) -> int:
        """Return how many these are."""

    def of_user(self, user_id: int) -> Sequence[PasswordReset]:
        """Return those for which this person got a link."""

    def find(self, token_hash: str, *, for_update: bool = False) -> PasswordReset | None:
        """Return the one of a link; with `for_update` nobody else uses it before this unit of work ends."""

    def update(self, reset: PasswordReset, token_hash: str | None) -> None:
        """Store what became of one, and the hash of its link."""

    def spoil(self, user_id: int) -> None:
        """Let none of a person's links work any more."""

    def remove_before(self, at: datetime) -> None:
        """Delete those that were asked for before a time."""
