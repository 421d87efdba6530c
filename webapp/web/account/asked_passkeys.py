"""What this browser was asked to sign: in its signed cookie, for minutes, and answered once."""

from dataclasses import dataclass
from datetime import datetime

from flask import request, session

from webapp.domain.people.passkeys import PasskeyPlace, passkey_place
from webapp.errors import InputInvalid
from webapp.web.core.app_context import app_services

_NOTE = "passkey_asked"


@dataclass(frozen=True)
class AskedPasskey:
    """What a device was asked.

    Attributes:
        purpose: what its answer may be used for, such as logging in.
        name: of the passkey that is to be made; else empty.
    """

    challenge: bytes
    purpose: str
    name: str


def place_here() -> PasskeyPlace | None:
    """Return where this request is; None where browsers have no passkeys."""
    return passkey_place(request.scheme, request.host)


def note_asked(challenge: bytes, purpose: str, name: str = "") -> None:
    """Remember what was asked; what was asked before is forgotten."""
    at = app_services().clock.now().isoformat()
    session[_NOTE] = {"challenge": challenge.hex(), "purpose": purpose, "name": name, "at": at}


def take_asked(purpose: str) -> AskedPasskey:
    """Return what was asked; nobody gets it a second time, whatever cookie is sent.

    Raises:
        InputInvalid: nothing was asked for this purpose, it is too long ago, or it was answered.
    """
    note = session.pop(_NOTE, None)
    if note is None or note["purpose"] != purpose:
        raise InputInvalid("That took too long. Try again.", field="passkey")
    challenge = bytes.fromhex(note["challenge"])
    app_services().passkeys.take_challenge(challenge, datetime.fromisoformat(note["at"]))
    return AskedPasskey(challenge, purpose, note["name"])
