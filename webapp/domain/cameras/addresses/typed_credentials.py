"""User name and password inside an address as a person types it, where a password may hold any character.

RFC 3986 ends the part before the host at the first `/`, `?` or `#`; people do not know that. What stands before the
last `@` is meant as credentials, unless it cannot be.
"""

import ipaddress
import re
from urllib.parse import unquote_to_bytes

from webapp.errors import InputInvalid

_HOST_AND_PORT = re.compile(r"(?P<host>\[[^\[\]]*\]|[^\[\]:/?#@\s]*)(?::(?P<port>\d{0,5}))?(?=[/?#]|$)", re.ASCII)
_NAME = re.compile(r"[\w\-.]+")
_ENCODED = re.compile(r"%([0-9A-Fa-f]{2})")
# What whoever writes a password in percent codes writes so too.
_ALWAYS_ENCODED = re.compile(r"[/?#\[\]@\s\"<>\\^`{|}]")
# From percent codes, or from another keyboard: no user name holds one, so a password stands behind it.
_OTHER_COLON = re.compile("[:\N{FULLWIDTH COLON}\N{SMALL COLON}]")
_MAX_PORT = 65_535
# How much a text looks like a host: not at all, a name without a dot (as a password may begin), with one, an address.
_NO_HOST, _WORD, _DOTTED, _ADDRESS = range(4)


def split_credentials(rest: str) -> tuple[str, str, str]:
    """Return user name, password, and what is left.

    Args:
        rest: an address of a network camera without `SCHEME://`.

    Raises:
        InputInvalid: it cannot be told which of it is the password.
    """
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    by_rule, last = authority.rfind("@"), rest.rfind("@")
    at = last if last == by_rule else _meant(rest, by_rule, last)
    if at < 0:
        return "", "", rest
    username, password = map(_decoded, rest[:at].partition(":")[::2])
    if not password and _OTHER_COLON.search(username):
        raise ambiguous()
    return username, password, rest[at + 1 :]


def host_and_port(rest: str) -> tuple[str, str] | None:
    """Return host and port of an address without scheme and credentials; None where neither can be there.

    A port that is left out is empty; an IPv6 address keeps its brackets.
    """
    found = _HOST_AND_PORT.match(rest)
    if found is None or not 0 < int(found["port"] or 1) <= _MAX_PORT or _likeness(found["host"]) == _NO_HOST:
        return None
    return found["host"], found["port"] or ""


def is_clearly_host(host: str) -> bool:
    """Return whether a text is an address or a name with a dot, and no word that may be anything else."""
    return _likeness(host) >= _DOTTED


def ascii_host(host: str) -> str:
    """Return a host as name servers know it.

    Raises:
        ValueError: no host can be called so.
    """
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _meant(rest: str, by_rule: int, last: int) -> int:
    """Return at which `@` the credentials end, -1 for at none, where the last one is behind the rule's host.

    Raises:
        InputInvalid: it cannot be told.
    """
    near, far = _likeness_of(rest[by_rule + 1 :]), _likeness_of(rest[last + 1 :])
    is_path = near == _ADDRESS or (near == _DOTTED and ":" not in rest[:last])
    if is_path:
        return by_rule
    if far > near and (near == _NO_HOST or ":" in rest[:last]):
        return last
    raise ambiguous()


def _likeness_of(rest: str) -> int:
    found = host_and_port(rest)
    return _likeness(found[0]) if found else _NO_HOST


def _likeness(host: str) -> int:
    try:
        ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return _likeness_of_name(host)
    return _ADDRESS


def _likeness_of_name(name: str) -> int:
    try:
        is_name = bool(_NAME.fullmatch(name) and ascii_host(name))
    except ValueError:
        is_name = False
    if not is_name:
        return _NO_HOST
    is_dotted = "." in name.rstrip(".") and not name.rstrip(".").rpartition(".")[2].isdigit()
    return _DOTTED if is_dotted or name.lower() == "localhost" else _WORD


def _decoded(text: str) -> str:
    """Return a user name or a password without percent codes where it was written in them, else as it stands."""
    codes = _ENCODED.findall(text)
    if not codes:
        return text
    is_mixed = text.count("%") != len(codes) or _ALWAYS_ENCODED.search(text)
    # Nobody writes a letter or a digit as a code, but a password may look as if somebody did.
    if is_mixed or any(bytes.fromhex(code).isalnum() for code in codes):
        raise ambiguous()
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise ambiguous() from None


def ambiguous() -> InputInvalid:
    """Return what is said of an address whose password cannot be told from the rest."""
    return InputInvalid(
        "It is not clear which part of the camera address is the password: put user name and password into their "
        "fields. Write an @ of the path as %(code)s.",
        code="%40",
        field="url",
    )
