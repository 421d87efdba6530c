"""What an RTSP camera answers before its pictures: what it means, and what of it FFmpeg is to see."""

import re

from webapp.errors import CameraError, CameraHasNoVideo, CameraRefusedCredentials

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"RTSP/\S*\s+[+0]*(\d\d\d)")
_CHALLENGE = re.compile(rb"^www-authenticate:[ \t]*(\w+)([^\r\n]*)\r?\n", re.IGNORECASE | re.MULTILINE)
_STALE = re.compile(rb"^www-authenticate:[ \t]*digest\b", re.IGNORECASE | re.MULTILINE)
_ALGORITHM = re.compile(rb"algorithm\s*=\s*\"?([\w-]+)", re.IGNORECASE)
_TRANSPORT = re.compile(rb"^(transport:[ \t]*RTP/AVP(?:/UDP)?;[^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_OTHER_HOST = re.compile(rb";[ \t]*(?:source|destination)=[^;,\r\n]*", re.IGNORECASE)
_SESSION = b"-SESS"
# What FFmpeg can reckon, and what is reckoned in its place: it is told that MD5 is asked for.
_MD5 = b"MD5"
_IN_ITS_PLACE = frozenset({b"SHA-256", b"SHA-512-256"})


def is_unfinished(answer: bytes) -> bool:
    """Return whether the head of an answer is still on its way."""
    return answer.startswith(b"RTSP/"[: len(answer)]) and not _BLANK_LINE.search(answer)


def mended(answer: bytes, host: str, *, is_let_in: bool = False) -> bytes:
    """Return an answer as FFmpeg is to see it.

    Of several log-ins it takes the last that it is offered, also one that it cannot reckon: it sees those that it can,
    or, under the name of MD5, one that is reckoned in its place (`digest_asked`). And where pictures come over UDP,
    they come from the camera alone.

    Args:
        answer: with its whole head, or what follows one.
        host: the camera's address.
        is_let_in: whether the camera has taken the password before. It is not wrong then where the camera asks again,
            as some do at each request: its nonce is too old, which FFmpeg has to be told.
    """
    head, blank_line, rest = _split(answer)
    asked = digest_asked(answer).encode()
    head = _CHALLENGE.sub(lambda challenge: _as_seen(challenge, asked), head)
    head = _STALE.sub(rb"\g<0> stale=true,", head) if is_let_in else head
    head = _TRANSPORT.sub(lambda line: _OTHER_HOST.sub(b"", line[1]) + b";source=" + host.encode("ascii"), head)
    return head + blank_line + rest


def _split(answer: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the head with the end of its last line, the empty line, and what follows."""
    found = _BLANK_LINE.search(answer) if answer.startswith(b"RTSP/") else None
    if found is None:
        return b"", b"", answer
    ends = answer.index(b"\n", found.start()) + 1
    return answer[:ends], answer[ends : found.end()], answer[found.end() :]


def digest_asked(answer: bytes) -> str:
    """Return the hash that FFmpeg does not know and a log-in is to be made with; empty where there is a better way.

    MD5 is what every camera has tried with others, so that is taken where it is offered; SHA-256 before a password in
    clear.
    """
    hashes = [_hash_of(challenge) for challenge in _CHALLENGE.finditer(_split(answer)[0])]
    found = next((one for one in hashes if one in _IN_ITS_PLACE), b"")
    return "" if _MD5 in hashes else found.decode("ascii")


def _as_seen(challenge: re.Match[bytes], asked: bytes) -> bytes:
    if asked and _hash_of(challenge) == asked:
        return re.sub(re.escape(asked), _MD5, challenge[0], flags=re.IGNORECASE)
    return challenge[0] if _hash_of(challenge) in (b"", _MD5) else b""


def _hash_of(challenge: re.Match[bytes]) -> bytes:
    """Return the hash of a digest, in capitals; nothing for a log-in without one."""
    named = _ALGORITHM.search(challenge[2])
    if challenge[1].lower() != b"digest":
        return b""
    return named[1].upper().removesuffix(_SESSION) if named else _MD5


def is_success(answer: bytes) -> bool:
    """Return whether an answer says that all is well."""
    found = _STATUS.match(answer)
    return found is not None and found[1].startswith(b"2")


def refuses_transport(answers: bytes) -> bool:
    """Return whether the camera said that it sends its pictures in another way than was asked for."""
    return b"461" in _STATUS.findall(answers)


def failure_in(answers: bytes) -> CameraError | None:
    """Return why answers lead to no picture, where FFmpeg would not say it; None where they may.

    Args:
        answers: all so far, without carriage returns.
    """
    challenges = list(_CHALLENGE.finditer(answers))
    if challenges and not any(_hash_of(one) in {b"", _MD5, *_IN_ITS_PLACE} for one in challenges):
        return CameraRefusedCredentials(
            "The camera asks for a log-in of the kind %(kinds)s, which is not known here: choose Digest or Basic in "
            "the camera's own settings.",
            kinds=_algorithms(challenges),
        )
    described = answers.rpartition(b"\nv=0\n")[2] if b"\nv=0\n" in answers else b""
    if b"\nm=" in described and b"\nm=video" not in described and b"\n\n" not in described:
        return CameraHasNoVideo("The camera sends no picture, only sound: give the address of its video.")
    return None


def _algorithms(challenges: list[re.Match[bytes]]) -> str:
    named = (_ALGORITHM.search(challenge[2]) for challenge in challenges)
    return ", ".join(dict.fromkeys(f"Digest {name[1].decode('ascii', 'replace')}" for name in named if name))[:60]
