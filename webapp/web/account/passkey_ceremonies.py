"""What is said to a device that has passkeys, and what of its answers is believed; by py_webauthn.

Loaded once someone uses a passkey: the library takes a fifth of a second.
"""

import json
import secrets
import struct
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from webapp.domain.people.accounts import User
from webapp.domain.people.passkeys import CHALLENGE_FOR, Passkey, PasskeyPlace
from webapp.errors import InputInvalid

_TIMEOUT_MS = int(CHALLENGE_FOR.total_seconds() * 1000)
_CHALLENGE_BYTES = 32
# What the library and those beneath it raise of an answer that is none.
_NOT_UNDERSTOOD = (
    WebAuthnException,
    InvalidSignature,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    struct.error,
)


def new_challenge() -> bytes:
    """Return what a device has to sign, this once."""
    return secrets.token_bytes(_CHALLENGE_BYTES)


def creation_options(
    place: PasskeyPlace, product_name: str, user: User, kept: Sequence[Passkey], challenge: bytes
) -> dict[str, Any]:
    """Return what a browser asks a device that is to make a passkey.

    Args:
        place: where it will be used.
        product_name: what the device calls this server.
        user: whose it will be.
        kept: the person's passkeys; a device that has one of them makes no other.
        challenge: what it has to sign.
    """
    options = generate_registration_options(
        rp_id=place.rp_id,
        rp_name=product_name,
        user_id=_handle_of(user.user_id),
        user_name=user.name,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        # The device finds it without a name, and makes sure of its person: so it stands for both factors.
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in kept],
    )
    return _as_sent(options_to_json(options))


def new_passkey(place: PasskeyPlace, user: User, name: str, challenge: bytes, answer: str, now: datetime) -> Passkey:
    """Return the passkey that a device has made.

    Raises:
        InputInvalid: the answer is none, or to something else.
    """
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except _NOT_UNDERSTOOD as error:
        raise InputInvalid("No passkey came from your device. Try again.", field="passkey") from error
    return Passkey(
        user.user_id, name, place.rp_id, made.credential_id, made.credential_public_key, made.sign_count, now
    )


def request_options(place: PasskeyPlace, challenge: bytes) -> dict[str, Any]:
    """Return what a browser asks a device that has a passkey; whose, the device knows."""
    options = generate_authentication_options(
        rp_id=place.rp_id,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_sent(options_to_json(options))


def named_credential(answer: str) -> bytes:
    """Return which passkey an answer says that it is of; nothing is checked yet.

    Raises:
        InputInvalid: it is no answer.
    """
    try:
        return parse_authentication_credential_json(answer).raw_id
    except _NOT_UNDERSTOOD as error:
        raise InputInvalid("This passkey cannot be used here. Log in with your password.", field="passkey") from error


def checked_sign_count(place: PasskeyPlace, passkey: Passkey, challenge: bytes, answer: str) -> int:
    """Return how often a device says that a passkey was used, where it has signed the challenge.

    Raises:
        InputInvalid: it has not, its person was not verified, or it was for another place.
    """
    try:
        named = parse_authentication_credential_json(answer).response.user_handle
        if named is not None and named != _handle_of(passkey.user_id):
            raise ValueError("the passkey of someone else")
        # Browsers let every name beneath that of the passkey ask for it: whoever has one of those could hand on here
        # what was signed there, with that name as the one that was asked.
        if place.rp_id != passkey.rp_id:
            raise ValueError("the passkey of another place")
        used = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=passkey.rp_id,
            expected_origin=place.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _NOT_UNDERSTOOD as error:
        raise InputInvalid("This passkey cannot be used here. Log in with your password.", field="passkey") from error
    return int(used.new_sign_count)


def _as_sent(options: str) -> dict[str, Any]:
    sent: dict[str, Any] = json.loads(options)
    return sent


def _handle_of(user_id: int) -> bytes:
    """Return what a device keeps of whose a passkey is: no name, and nothing that is said anywhere else."""
    return user_id.to_bytes(8)
