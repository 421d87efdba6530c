"""User names, passwords and tokens that some cameras want in the path or the query of their address.

They are secrets as the password is: kept apart, and shown as a mark.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from webapp.domain.cameras.addresses.typed_credentials import split_credentials
from webapp.errors import InputInvalid

MARK = "***"
# What cameras call them, without regard to case, hyphens and underscores; too many hidden values do no harm.
_PARTS_OF_KEYS = re.compile(
    "pass|pwd|psw|pword|token|stok|secret|auth|credential|cookie|login|user|usr|account|session|ticket|signature|bearer|jwt"
    "|kennwort|kennung|benutzer|geheim|senha|clave|contrasena|motdepasse"
)
_KEYS = re.compile("p|u|pas|pin|uid|sid|acc|code|hash|sig|otp|creds?|admin|basic|digest|.*pw|.*key")
_NO_WORD = re.compile(r"[\W_]+")
# Where a value ends: at the next key. What is no key belongs to the value, as a password may hold anything.
_END_IN_QUERY = re.compile(r"&[^/?&;#,=]+=")
_END_BEHIND_SEMICOLON = re.compile(r"[&;][^/?&;#,=]+=")
# Xiongmai's cameras, and many others: /user=admin_password=x_channel=1_stream=0.sdp
_END_IN_PATH = re.compile(r"[&;,_/?][A-Za-z]+=(?!=|[/&]|$)")
# And some want /0/USER:PASSWORD/main, or /token/TOKEN/live.
_PAIR_IN_PATH = re.compile(
    r"(?<=/)(?:(?P<user>[^/?:=]+):|(?P<key>pass\w*|pwd|token|secret|key|auth\w*|user\w*|login\w*)/)(?P<value>[^/?=]+)(?=/|\?|$)",
    re.IGNORECASE,
)
# With too few slashes, the wrong ones, or without a scheme it is no address yet, and may hold a password all the same.
_BEGIN = re.compile(r"(?!(?:file|usb|demo|kiosk):)\s*(?:[a-z][a-z+]*:?[/\\]+|(?:rtsps?|https?):)?", re.IGNORECASE)
_SEPARATORS = "/?&;#,"
_AS_IT_IS = "".join(map(chr, range(33, 127)))
_NO_CODE = re.compile("%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class _Pair:
    key: str
    start: int
    end: int


def hide_values(rest: str, kept: Sequence[tuple[str, str]] = ()) -> tuple[str, tuple[str, ...]]:
    """Return an address with marks in place of its secret values, and these as the camera is sent them.

    Args:
        rest: it, or a part of it, without user name and password before the host.
        kept: key and value of what is meant by each mark that stands in it already.

    Raises:
        InputInvalid: a mark stands for nothing.
    """
    left, hidden, pieces, begin = list(kept), [], [], 0
    for pair in _secret_pairs(rest):
        value = rest[pair.start : pair.end]
        hidden.append(_taken(left, pair.key) if value == MARK else encoded(value, safe_less="#"))
        pieces += [rest[begin : pair.start], MARK]
        begin = pair.end
    shown = "".join([*pieces, rest[begin:]])
    if shown.count(MARK) != len(hidden):
        raise _stands_for_nothing()
    return shown, tuple(hidden)


def kept_values(shown: str, hidden: Sequence[str]) -> list[tuple[str, str]]:
    """Return key and value of what `hide_values` took out; nothing where the two do not belong together."""
    keys = [pair.key for pair in _secret_pairs(shown) if shown[pair.start : pair.end] == MARK]
    return list(zip(keys, hidden, strict=True)) if len(keys) == len(hidden) else []


def put_back(shown: str, hidden: Sequence[str]) -> str:
    """Return an address with its secret values in place of the marks."""
    pieces = shown.split(MARK, len(hidden))
    return pieces[0] + "".join(value + piece for value, piece in zip(hidden, pieces[1:], strict=True))


def encoded(text: str, *, safe_less: str = "") -> str:
    """Return a part of an address with percent codes for what cannot stand there; those that are there stay."""
    safe = "".join(character for character in _AS_IT_IS if character not in safe_less)
    return quote(_NO_CODE.sub("%25", text), safe=safe)


def without_secrets(text: str) -> str:
    """Return what somebody typed as an address, right or not, as it may be shown again."""
    begin = _BEGIN.match(text)
    if begin is None:
        return text
    rest = text[begin.end() :]
    try:
        rest = split_credentials(rest)[2]
    except InputInvalid:
        rest = rest.rpartition("@")[2]
    for pair in reversed(_secret_pairs(rest)):
        rest = rest[: pair.start] + MARK + rest[pair.end :]
    return begin[0] + rest


def _secret_pairs(rest: str) -> list[_Pair]:
    path_ends = len(rest.partition("?")[0])
    in_path = [
        _Pair(found["user"] or found["key"], *found.span("value"))
        for found in _PAIR_IN_PATH.finditer(rest, 0, path_ends)
    ]
    named = list(_named_pairs(rest))
    apart = [pair for pair in in_path if not any(pair.start < one.end and one.start < pair.end for one in named)]
    return sorted(named + apart, key=lambda pair: pair.start)


def _named_pairs(rest: str) -> Iterator[_Pair]:
    position = 0
    while (equals := rest.find("=", position)) >= 0:
        before = max(rest.rfind(separator, position, equals) for separator in _SEPARATORS)
        start = max(before + 1, position)
        key = _NO_WORD.sub("", unquote(rest[start:equals]).lower())
        position = equals + 1
        if not (_PARTS_OF_KEYS.search(key) or _KEYS.fullmatch(key)):
            continue
        found = _end_behind(rest[before] if before >= 0 else "/").search(rest, position)
        end = found.start() if found else len(rest)
        if end > position:
            yield _Pair(key, position, end)
        position = end


def _end_behind(separator: str) -> re.Pattern[str]:
    if separator == ";":
        return _END_BEHIND_SEMICOLON
    return _END_IN_PATH if separator in "/," else _END_IN_QUERY


def _taken(left: list[tuple[str, str]], key: str) -> str:
    for number, (kept_key, value) in enumerate(left):
        if kept_key == key:
            del left[number]
            return value
    raise _stands_for_nothing()


def _stands_for_nothing() -> InputInvalid:
    return InputInvalid(
        "The address holds %(mark)s, which stands for a value that is kept, and none is kept for it: enter the value "
        "again.",
        mark=MARK,
        field="url",
    )
