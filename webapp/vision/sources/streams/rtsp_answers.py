"""What an RTSP camera answers before its pictures: what it means, and what of it FFmpeg is to see."""

import re

from webapp.errors import CameraError, CameraHasNoVideo, CameraRefusedCredentials

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"RTSP/\S*\s+[+0]*(\d\d\d)")
_CHALLENGE = re.compile(rb"^www-authenticate:[ \t]*(\w+)([^\r\n]*)\r?\n", re.IGNORECASE | re.MULTILINE)
_ALGORITHM = re.compile(rb"algorithm\s*=\s*\"?([\w-]+)", re.IGNORECASE)
_TRANSPORT = re.compile(rb"^(transport:[ \t]*RTP/AVP(?:/UDP)?;[^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_OTHER_HOST = re.compile(rb";[ \t]*(?:source|destination)=[^;,\r\n]*", re.IGNORECASE)
# What FFmpeg can reckon.
_DIGESTS = frozenset({b"MD5", b"MD5-SESS"})


def is_unfinished(answer: bytes) -> bool:
    """Return whether the head of an answer is still on its way."""
    return answer.startswith(b"RTSP/"[: len(answer)]) and not _BLANK_LINE.search(answer)


def mended(answer: bytes, host: str) -> bytes:
    """Return an answer as FFmpeg is to see it.

    Of several log-ins it takes the last that it is offered, also one that it cannot reckon: it sees those that it can.
    And where pictures come over UDP, they come from the camera alone.

    Args:
        answer: with its whole head, or what follows one.
        host: the camera's address.
    """
    head, blank_line, rest = _split(answer)
    head = _CHALLENGE.sub(lambda challenge: challenge[0] if _is_known(challenge) else b"", head)
    head = _TRANSPORT.sub(lambda line: _OTHER_HOST.sub(b"", line[1]) + b";source=" + host.encode("ascii"), head)
    return head + blank_line + rest


def _split(answer: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the head with the end of its last line, the empty line, and what follows."""
    found = _BLANK_LINE.search(answer) if answer.startswith(b"RTSP/") else None
    if found is None:
        return b"", b"", answer
    ends = answer.index(b"\n", found.start()) + 1
    return answer[:ends], answer[ends : found.end()], answer[found.end() :]


def _is_known(challenge: re.Match[bytes]) -> bool:
    named = _ALGORITHM.search(challenge[2])
    return challenge[1].lower() != b"digest" or named is None or named[1].upper() in _DIGESTS


def refuses_transport(answers: bytes) -> bool:
    """Return whether the camera said that it sends its pictures in another way than was asked for."""
    return b"461" in _STATUS.findall(answers)


def failure_in(answers: bytes) -> CameraError | None:
    """Return why answers lead to no picture, where FFmpeg would not say it; None where they may.

    Args:
        answers: all so far, without carriage returns.
    """
    challenges = list(_CHALLENGE.finditer(answers))
    if challenges and not any(map(_is_known, challenges)):
        return CameraRefusedCredentials(
            "The camera asks for a log-in with %(algorithm)s, and RTSP is spoken with MD5 alone: let the camera take "
            "MD5 too, in its settings for digest authentication.",
            algorithm=_algorithms(challenges),
        )
    described = answers.rpartition(b"\nv=0\n")[2] if b"\nv=0\n" in answers else b""
    if b"\nm=" in described and b"\nm=video" not in described and b"\n\n" not in described:
        return CameraHasNoVideo("The camera sends no picture, only sound: give the address of its video.")
    return None


def _algorithms(challenges: list[re.Match[bytes]]) -> str:
    named = (_ALGORITHM.search(challenge[2]) for challenge in challenges)
    return ", ".join(dict.fromkeys(name[1].decode("ascii", "replace") for name in named if name))
