"""What a camera answers to one request without user name and password: whether it asks for them, and what it offers."""

import re
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from webapp.domain.cameras.cameras import CameraKind

_MOST_BYTES = 64 * 1024
_STATUS = re.compile(rb"^(?:RTSP|HTTP)/\d\.\d\s+(\d{3})")
_LENGTH = re.compile(rb"^content-length:\s*(\d{1,6})", re.IGNORECASE | re.MULTILINE)
_ASKS = frozenset({401, 403, 407})
_LEADS_ON = range(300, 400)


@dataclass(frozen=True)
class FirstAnswer:
    """What came back.

    Attributes:
        status: of the answer; 0 where none came that can be read.
        offers: the kinds of media that an RTSP camera describes, such as `audio`; empty where it describes none.
    """

    status: int = 0
    offers: frozenset[str] = frozenset()

    @property
    def asks(self) -> bool | None:
        """Whether the camera asks who is there; None where that cannot be told."""
        if self.status in _ASKS:
            return True
        return None if self.status == 0 or self.status in _LEADS_ON else False

    @property
    def is_without_video(self) -> bool:
        """Whether an RTSP camera describes what it sends, and no video is in it."""
        return bool(self.offers) and "video" not in self.offers


def first_answer(connected: socket.socket, kind: CameraKind, url: str, timeout_s: float) -> FirstAnswer:
    """Ask a camera once what it has, without user name and password, and read the beginning of its answer.

    Args:
        connected: to the camera.
        kind: how to talk.
        url: the camera's address, without credentials.
        timeout_s: seconds for all that is read of the answer; one may come byte by byte.
    """
    connected.settimeout(timeout_s)
    answer, until_s = b"", time.monotonic() + timeout_s
    with suppress(OSError):
        connected.sendall(_request(kind, url))
        while not _is_whole(answer, kind) and len(answer) < _MOST_BYTES and (piece := connected.recv(4096)):
            answer += piece
            connected.settimeout(max(0.001, until_s - time.monotonic()))
    found = _STATUS.match(answer)
    offers = re.findall(rb"^m=(\w+)", answer.partition(b"\r\n\r\n")[2], re.MULTILINE)
    return FirstAnswer(int(found[1]) if found else 0, frozenset(name.decode() for name in offers))


def _request(kind: CameraKind, url: str) -> bytes:
    parts = urlsplit(url)
    if kind is CameraKind.RTSP:
        bare = urlunsplit(parts._replace(fragment=""))
        lines = (f"DESCRIBE {bare} RTSP/1.0", "CSeq: 1", "User-Agent: Amends", "Accept: application/sdp")
    else:
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        lines = (f"GET {target} HTTP/1.0", f"Host: {parts.netloc}", "User-Agent: Amends", "Accept: */*")
    return "\r\n".join((*lines, "", "")).encode()


def _is_whole(answer: bytes, kind: CameraKind) -> bool:
    """Return whether the head is there, and of RTSP what it describes: pictures over HTTP are not waited for."""
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end or kind is not CameraKind.RTSP:
        return bool(end)
    length = _LENGTH.search(head)
    return len(body) >= (int(length[1]) if length else 0)
