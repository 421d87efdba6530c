"""User names, passwords and tokens that some cameras want in the path or the query of their address.

They are secrets as the password is: kept apart, and shown as a mark.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from webapp.domain.cameras.addresses.secret_words import (
    holds_credentials,
    is_made_by_chance,
    is_secret_name,
    plain_name,
)
from webapp.domain.cameras.addresses.typed_credentials import host_and_port, split_credentials
from webapp.errors import InputInvalid

MARK = "***"
# Where a value ends: at the next key. What is no key belongs to the value, as a password may hold anything.
_END_IN_QUERY = re.compile(r"&[^/?&;#,=]+=")
_END_BEHIND_SEMICOLON = re.compile(r"[&;][^/?&;#,=]+=")
# Xiongmai's cameras, and many others: /user=admin_password=x_channel=1_stream=0.sdp
_END_IN_PATH = re.compile(r"[&;,_/?][A-Za-z]+=(?!=|[/&]|$)")
# And some want /0/USER:PASSWORD/main, /token/TOKEN/live, /password-PASSWORD/live, or /login/USER/PASSWORD/live.
_KEYS_IN_PATH = r"pass\w*|pwd|token|secret|key|auth\w*|user\w*|login\w*"
_PAIR_IN_PATH = re.compile(
    rf"(?<=/)(?:(?P<user>[^/?:=]+):|(?P<key>{_KEYS_IN_PATH})/(?!(?:{_KEYS_IN_PATH})/)|(?:pass(?:word)?|pwd|token|secret)-)"
    r"(?P<value>[^/?=]+)(?=/|\?|$)",
    re.IGNORECASE,
)
_AFTER_USER = re.compile(r"(?<=/)(?:login|auth)/[^/?=]+/(?P<value>[^/?=]+)(?=/)", re.IGNORECASE)
# What stands between separators: a piece of the path, or a pair of the query, which has a key or none.
_PIECE = re.compile(r"/(?P<path>[^/?#]+)|[?&;#](?:(?P<key>[^=&#/]*)=)?(?P<value>(?:(?!;[^;=&#]*=)[^&#])+)")
_WITHOUT_KEY = re.compile(r"(?P<name>[^/:=&]*):(?P<value>[^&#]+)")
# With too few slashes, the wrong ones, or without a scheme it is no address yet, and may hold a password all the same.
_BEGIN = re.compile(r"\s*(?:[a-z][a-z+]*:?[/\\]+|(?:rtsps?|https?):)?", re.IGNORECASE)
_LOCAL = re.compile(r"\s*(file|usb|demo|kiosk):", re.IGNORECASE)
_CALLED = re.compile(r"/{0,2}(?:rtsps?|https?|snapshot\+https?)://", re.IGNORECASE)
_OTHER_AT = re.compile("\N{FULLWIDTH COMMERCIAL AT}|\N{SMALL COMMERCIAL AT}|%40")
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
    local = _LOCAL.match(text)
    if local and not _CALLED.match(text, local.end()):
        return text if local[1].lower() == "file" or "@" not in text else local[0] + text.rpartition("@")[2]
    begin = _BEGIN.match(text, local.end() if local else 0)
    if begin is None:
        return text
    rest = text[begin.end() :]
    try:
        rest = split_credentials(rest)[2]
    except InputInvalid:
        rest = rest.rpartition("@")[2]
    if host_and_port(rest) is None:  # An @ from another keyboard, or in percent codes, ends a password all the same.
        rest = _OTHER_AT.split(rest)[-1]
    for pair in reversed(_secret_pairs(rest)):
        rest = rest[: pair.start] + MARK + rest[pair.end :]
    return text[: begin.end()] + rest


def _secret_pairs(rest: str) -> list[_Pair]:
    """Return them in order; of two that overlap one, from where the first begins to where the last ends."""
    path_ends = len(rest.partition("?")[0])
    found = [
        *(
            _Pair(one["user"] or one["key"] or "", *one.span("value"))
            for one in _PAIR_IN_PATH.finditer(rest, 0, path_ends)
        ),
        *(_Pair("", *one.span("value")) for one in _AFTER_USER.finditer(rest, 0, path_ends)),
        *_named_pairs(rest),
        *_telling_pieces(rest),
    ]
    apart: list[_Pair] = []
    for pair in sorted(found, key=lambda pair: (pair.start, -pair.end)):
        if apart and pair.start < apart[-1].end:
            apart[-1] = _Pair(apart[-1].key, apart[-1].start, max(apart[-1].end, pair.end))
        else:
            apart.append(pair)
    return apart


def _named_pairs(rest: str) -> Iterator[_Pair]:
    position = 0
    while (equals := rest.find("=", position)) >= 0:
        before = max(rest.rfind(separator, position, equals) for separator in _SEPARATORS)
        key = rest[max(before + 1, position) : equals]
        position = equals + 1
        if not is_secret_name(key):
            continue
        found = _end_behind(rest[before] if before >= 0 else "/").search(rest, position)
        end = found.start() if found else len(rest)
        if end > position:
            yield _Pair(plain_name(key), position, end)
        position = end


def _telling_pieces(rest: str) -> Iterator[_Pair]:
    """Return what no name gives away, but itself; and the marks that stand for it."""
    for piece in _PIECE.finditer(rest):
        group = "path" if piece["path"] else "value"
        text, (start, end) = piece[group], piece.span(group)
        if group == "path" and "=" in text:
            continue
        bare = _WITHOUT_KEY.fullmatch(text) if group == "value" and piece["key"] is None else None
        may_hold = "%" in text if group == "path" else True  # Without, its pairs are found one by one.
        if bare:
            yield _Pair(plain_name(bare["name"]), start + bare.start("value"), end)
        elif text == MARK or is_made_by_chance(text) or (may_hold and holds_credentials(text)):
            yield _Pair(plain_name(piece["key"] or ""), start, end)


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
