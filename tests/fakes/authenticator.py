"""A device that has passkeys, in software: it makes keys and signs, and answers as browsers do (WebAuthn)."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

USER_PRESENT, USER_VERIFIED, KEY_INCLUDED = 1, 4, 64


def in_base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def from_base64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class FakeAuthenticator:
    """One key; what it claims can be changed to see what is believed.

    Attributes:
        origin: what the browser says that it is on.
        counts: whether it counts how often it signed.
    """

    origin: str = "http://localhost"
    rp_id: str = "localhost"
    counts: bool = True
    sign_count: int = 0
    flags: int = USER_PRESENT | USER_VERIFIED
    credential_id: bytes = field(default_factory=lambda: token_bytes(32))
    handle: str = ""
    _key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> str:
        """Return the answer to a request for a new passkey."""
        self.handle = options["user"]["id"]
        data = self._data(KEY_INCLUDED) + bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data + self._public_key()})
        client = self._client("webauthn.create", options["challenge"])
        return self._answer({"attestationObject": in_base64(attestation), "clientDataJSON": in_base64(client)})

    def sign(self, options: dict[str, Any]) -> str:
        """Return the answer to a request to log in."""
        self.sign_count += self.counts
        data, client = self._data(), self._client("webauthn.get", options["challenge"])
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "authenticatorData": in_base64(data),
                "clientDataJSON": in_base64(client),
                "signature": in_base64(signature),
                "userHandle": self.handle,
            }
        )

    def _data(self, more_flags: int = 0) -> bytes:
        name = hashlib.sha256(self.rp_id.encode()).digest()
        return name + bytes([self.flags | more_flags]) + self.sign_count.to_bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, str]) -> str:
        named = in_base64(self.credential_id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response})

    def _public_key(self) -> bytes:
        numbers = self._key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
