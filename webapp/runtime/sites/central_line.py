"""`CentralLine` over HTTPS: one request for each message, certificates checked, and no redirect followed."""

import http.client
import json
import ssl
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from pydantic import TypeAdapter

from webapp.domain.sites.central_state import CentralFault
from webapp.domain.sites.feed import FeedBatch, SiteNote
from webapp.errors import CentralFailed
from webapp.services.sites.feed_intake import FeedAnswer
from webapp.services.sites.feed_source import SentPicture

TIMEOUT_S = 15.0
FEED_PATH = "/api/v1/sites/feed"
_MOST_ANSWER_BYTES = 64 * 1024
_PIECE_BYTES = 8 * 1024
_ANSWER = TypeAdapter(FeedAnswer)
_TEXTS = {
    CentralFault.UNREACHABLE: "The central instance cannot be reached.",
    CentralFault.TIMED_OUT: "The central instance gave no answer in time.",
    CentralFault.UNTRUSTED: "The certificate of the central instance is not trusted.",
    CentralFault.TOKEN_REFUSED: "The central instance refuses this site's token: it is unknown, or was revoked.",
    CentralFault.REFUSED: "The central instance does not take what was sent.",
    CentralFault.MOVED: "The central instance leads to another address, which is not followed.",
    CentralFault.NOT_UNDERSTOOD: "What answers is no central instance of Amends.",
}


@dataclass(frozen=True)
class HTTPCentralLine:
    """Speaks to the central instance at an address.

    Attributes:
        url: https, or http to this very machine.
        token: this site's.
        timeout_s: for one request in all.
        context: which certificates are trusted; None for those that the system trusts.
    """

    url: str
    token: str
    timeout_s: float = TIMEOUT_S
    context: ssl.SSLContext | None = None

    def send(self, note: SiteNote, batch: FeedBatch | None) -> FeedAnswer:
        """Send one message; see `CentralLine`."""
        message = {"note": note.as_json(), "batch": batch.as_json() if batch else None}
        body = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        status, answer = self._request("POST", FEED_PATH, body, "application/json")
        _check(status)
        try:
            return _ANSWER.validate_json(answer)
        except ValueError:
            raise failed(CentralFault.NOT_UNDERSTOOD) from None

    def send_picture(self, picture: SentPicture) -> None:
        """Send one picture; see `CentralLine`."""
        taken_at = quote(picture.taken_at.isoformat())
        path = f"{FEED_PATH}/pictures/{picture.incident_id}?taken_at={taken_at}"
        status, _answer = self._request("PUT", path, picture.jpeg, "image/jpeg")
        if status not in (http.client.NOT_FOUND, http.client.BAD_REQUEST, http.client.UNPROCESSABLE_ENTITY):
            _check(status)

    def _request(self, method: str, path: str, body: bytes, content_type: str) -> tuple[int, bytes]:
        parts, deadline_s = urlsplit(self.url), time.monotonic() + self.timeout_s
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": content_type,
            "User-Agent": "Amends",
            "Connection": "close",
        }
        try:
            connection = self._connection(parts)
            try:
                connection.request(method, parts.path.rstrip("/") + path, body, headers)
                return _answered(connection, deadline_s)
            finally:
                connection.close()
        except ssl.SSLError:
            raise failed(CentralFault.UNTRUSTED) from None
        except TimeoutError:
            raise failed(CentralFault.TIMED_OUT) from None
        except (OSError, http.client.HTTPException, ValueError):
            raise failed(CentralFault.UNREACHABLE) from None

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        host = str(parts.hostname)
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=self.timeout_s)
        context = self.context or ssl.create_default_context()
        return http.client.HTTPSConnection(host, parts.port, timeout=self.timeout_s, context=context)


def failed(fault: CentralFault) -> CentralFailed:
    """Return what is raised of a fault."""
    return CentralFailed(_TEXTS[fault], fault=fault.value)


def _answered(connection: http.client.HTTPConnection, deadline_s: float) -> tuple[int, bytes]:
    """Return status and body, of at most `_MOST_ANSWER_BYTES`; whoever drips is not waited for.

    Raises:
        TimeoutError: the time is over.
    """
    with connection.getresponse() as answer:
        content = b""
        while piece := answer.read1(_PIECE_BYTES):
            content += piece
            if time.monotonic() > deadline_s:
                raise TimeoutError
            if len(content) > _MOST_ANSWER_BYTES:
                break
        return answer.status, content[:_MOST_ANSWER_BYTES]


def _check(status: int) -> None:
    """Check what HTTP says of a message.

    Raises:
        CentralFailed: it was not taken.
    """
    if 200 <= status < 300:
        return
    if status in (http.client.UNAUTHORIZED, http.client.FORBIDDEN):
        raise failed(CentralFault.TOKEN_REFUSED)
    if 300 <= status < 400:
        raise failed(CentralFault.MOVED)
    if status == http.client.NOT_FOUND:
        raise failed(CentralFault.NOT_UNDERSTOOD)
    raise failed(CentralFault.UNREACHABLE if status >= 500 or status == 429 else CentralFault.REFUSED)
