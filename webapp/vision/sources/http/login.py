"""Logging in to a camera over HTTP: Basic (RFC 7617) and Digest (RFC 7616), with what real cameras make of them."""

import hashlib
import re
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.request import parse_http_list

from webapp.errors import CameraError, CameraRefusedCredentials
from webapp.vision.sources.failures import refused_credentials

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9-]*)(?:[ \t]+([^=\s].*))?", re.DOTALL)
_SESSION = "-SESS"
# In this order: MD5 is what every camera has tried with others; SHA-256 is new to them, and wrong in some.
HASHES: Mapping[str, Callable[[bytes], str]] = {
    "MD5": lambda said: hashlib.md5(said, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda said: hashlib.sha256(said).hexdigest(),
    "SHA-512-256": lambda said: hashlib.new("sha512_256", said).hexdigest(),
}
_MOST_NONCES = 3


@dataclass(frozen=True)
class Challenge:
    """One way to log in that a camera offers.

    Attributes:
        scheme: such as `Digest`, as the camera writes it.
        values: what it says to it; names in lower case.
    """

    scheme: str
    values: Mapping[str, str]

    @property
    def algorithm(self) -> str:
        """The hash of a digest, in upper case and without `-sess`."""
        return self.values.get("algorithm", "MD5").upper().removesuffix(_SESSION)

    @property
    def name(self) -> str:
        """What a person looks for in the camera's settings."""
        return f"Digest {self.algorithm}" if self.is_digest else self.scheme

    @property
    def is_digest(self) -> bool:
        """Whether it wants a digest of the password."""
        return self.scheme.lower() == "digest"

    @property
    def is_basic(self) -> bool:
        """Whether it wants the password as it is."""
        return self.scheme.lower() == "basic"

    @property
    def is_stale(self) -> bool:
        """Whether only the nonce was too old, and not the password wrong."""
        return self.values.get("stale", "").lower() == "true"

    @property
    def rank(self) -> int | None:
        """Its place among the known ones, the best first; None where it is unknown."""
        if self.is_digest and self.algorithm in HASHES:
            return list(HASHES).index(self.algorithm)
        return len(HASHES) if self.is_basic else None


class Login:
    """The log-in to one camera, which is not tried twice with the same password: cameras lock out after a few."""

    def __init__(self, username: str, password: str) -> None:
        """Prove nothing until the camera asks."""
        self._username, self._password = username, password
        self._challenge: Challenge | None = None
        self._count = 0
        self._nonces = 0

    def header(self, path: str) -> bytes | None:
        """Return the header Authorization for the next request; None before the camera has asked."""
        if self._challenge is None:
            return None
        if self._challenge.is_basic:
            return b"Basic " + b64encode(f"{self._username}:{self._password}".encode())
        self._count += 1
        return digest(
            self._challenge.values, self._username, self._password, path, self._count, secrets.token_hex(8)
        ).encode()

    def check_common(self) -> None:
        """Refuse what FFmpeg does not know, where nobody can log in in its place.

        Raises:
            CameraRefusedCredentials: the camera asks for another log-in than Basic or Digest with MD5.
        """
        if self._challenge is not None and not (self._challenge.is_basic or self._challenge.algorithm == "MD5"):
            raise _unknown([self._challenge])

    def accepted(self) -> None:
        """Take note that the camera let us in."""
        self._nonces = 0

    def challenged(self, lines: Sequence[str]) -> None:
        """Take up what a camera asks for.

        Args:
            lines: its headers WWW-Authenticate.

        Raises:
            CameraRefusedCredentials: it has refused them, or asks for what is unknown here.
        """
        offered = challenges(lines)
        known = sorted((one for one in offered if one.rank is not None), key=lambda one: one.rank or 0)
        if offered and not known:
            raise _unknown(offered)
        if not (known and (self._username or self._password)) or self._is_refused(known[0]):
            raise refused_credentials()
        self._challenge, self._count = known[0], 0
        self._nonces += 1

    def _is_refused(self, again: Challenge) -> bool:
        """Return whether what was sent was wrong, and not its nonce too old: one of before, or one that says so."""
        is_same = self._challenge is not None and self._challenge.is_basic and again.is_basic
        return is_same or self._nonces >= _MOST_NONCES or (self._nonces > 0 and not again.is_stale)


def challenges(lines: Sequence[str]) -> list[Challenge]:
    """Return what a camera offers, in one line or in several.

    Example:
        >>> [one.name for one in challenges(['Basic realm="a, b", Digest realm="c", algorithm=SHA-256'])]
        ['Basic', 'Digest SHA-256']
    """
    found: list[Challenge] = []
    for item in parse_http_list(", ".join(lines)):
        begins = _SCHEME.fullmatch(item)
        if begins:
            found.append(Challenge(begins[1], {}))
        name, equals, value = (begins[2] or "" if begins else item).partition("=")
        if equals and found:
            values = {**found[-1].values, name.strip().lower(): _unquoted(value.strip())}
            found[-1] = Challenge(found[-1].scheme, values)
    return found


def digest(asked: Mapping[str, str], username: str, password: str, path: str, count: int, client_nonce: str) -> str:
    """Return the header that proves a password for GET without sending it.

    Args:
        asked: what the camera says to its challenge.
        username: the camera's.
        password: likewise.
        path: what is asked for, with its query.
        count: which request with this nonce it is, from 1.
        client_nonce: never the same again.
    """
    algorithm = asked.get("algorithm", "MD5").upper()
    hashed = HASHES[algorithm.removesuffix(_SESSION)]
    realm, nonce = asked.get("realm", ""), asked.get("nonce", "")
    offered = {word.strip().lower() for word in asked.get("qop", "").split(",")} & {"auth", "auth-int"}
    qop = min(offered, default="")
    secret = hashed(f"{username}:{realm}:{password}".encode())
    if algorithm.endswith(_SESSION):
        secret = hashed(f"{secret}:{nonce}:{client_nonce}".encode())
    what = hashed(f"GET:{path}:{hashed(b'')}".encode() if qop == "auth-int" else f"GET:{path}".encode())
    proof = f"{nonce}:{count:08x}:{client_nonce}:{qop}" if qop else nonce
    said = {"username": username, "realm": realm, "nonce": nonce, "uri": path}
    said["response"] = hashed(f"{secret}:{proof}:{what}".encode())
    said |= {name: asked[name] for name in ("opaque",) if name in asked}
    bare = {"algorithm": asked["algorithm"]} if "algorithm" in asked else {}
    if qop:
        bare |= {"qop": qop, "nc": f"{count:08x}"}
    if qop or algorithm.endswith(_SESSION):
        said["cnonce"] = client_nonce
    return "Digest " + ", ".join(
        [f"{name}={_quoted(value)}" for name, value in said.items()]
        + [f"{name}={value}" for name, value in bare.items()]
    )


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == '"' == value[-1:] else value


def _unknown(offered: Sequence[Challenge]) -> CameraError:
    return CameraRefusedCredentials(
        "The camera asks for a log-in of the kind %(kinds)s, which is not known here: choose Digest or Basic in the "
        "camera's own settings.",
        kinds=", ".join(dict.fromkeys(one.name for one in offered))[:60],
    )
