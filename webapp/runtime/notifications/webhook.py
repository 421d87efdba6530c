"""`Sender` of webhooks: JSON over HTTP, signed, to one address and nowhere else.

A hotel's own server is in its own network, so private addresses are fine; where clouds keep a machine's secrets, and
what is link-local, is not. The name is looked up once and these very addresses are called. A redirect is followed
nowhere: whoever moves a server says so to the admin.
"""

import hashlib
import hmac
import http.client
import json
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from webapp.domain.notifications.channels import NotificationChannel
from webapp.domain.notifications.messages import Message
from webapp.domain.notifications.outcomes import TAKEN, Outcome, SendFailure
from webapp.errors import InputInvalid
from webapp.runtime.jobs.public_addresses import Resolve, allowed_addresses, resolve

SIGNATURE_HEADER = "X-Amends-Signature"
TIMESTAMP_HEADER = "X-Amends-Timestamp"
KEY_HEADER = "Idempotency-Key"
TIMEOUT_S = 10.0
_MOST_ANSWER_BYTES = 64 * 1024
_DEFAULT_PORTS = {"http": 80, "https": 443}
# 408 and 425 ask for another try, 429 for one later; all else of the four hundreds is meant for good.
_AGAIN = frozenset((408, 425, 429))


@dataclass(frozen=True)
class WebhookSender:
    """Sends webhooks.

    Attributes:
        timeout_s: for each step of it; the queue bounds all together.
        resolve: finds the addresses of a host.
        now: the time of the signature.
    """

    timeout_s: float = TIMEOUT_S
    resolve: Resolve = resolve
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def send(self, message: Message, channel: NotificationChannel) -> Outcome:
        """Send one message; see `Sender.send`."""
        url, secret = channel.config.get("url"), channel.config.get("secret")
        if not url or not secret:
            return Outcome(SendFailure.NOT_SET_UP)
        body = body_of(message)
        headers = signed_headers(body, str(secret), message.key, int(self.now().timestamp()))
        return post(str(url), body, headers, timeout_s=self.timeout_s, resolve=self.resolve)


def body_of(message: Message) -> bytes:
    """Return what a webhook gets: JSON in UTF-8, with fields that later versions add to."""
    fields: dict[str, Any] = {
        "id": message.key,
        "kind": message.kind.value,
        "title": message.title,
        "text": message.text,
        "link": message.link or None,
        "level": message.level.value,
        "at": message.begun_at.isoformat(),
        "after_min": message.after_min,
        "incident_id": message.incident_id,
        "camera_id": message.camera_id,
        "is_test": message.is_test,
        "is_urgent": message.is_urgent,
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def signed_headers(body: bytes, secret: str, key: str, timestamp_s: int) -> dict[str, str]:
    """Return the headers of a webhook: whoever knows the secret can tell that it is ours, and when it was sent."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        KEY_HEADER: key,
        TIMESTAMP_HEADER: str(timestamp_s),
        SIGNATURE_HEADER: f"sha256={signature(body, secret, timestamp_s)}",
    }


def signature(body: bytes, secret: str, timestamp_s: int) -> str:
    """Return HMAC-SHA256 over `timestamp.body`, in hexadecimal digits."""
    return hmac.new(secret.encode(), f"{timestamp_s}.".encode() + body, hashlib.sha256).hexdigest()


def post(
    url: str,
    body: bytes,
    headers: dict[str, str],
    *,
    timeout_s: float,
    resolve: Resolve = resolve,
    private_too: bool = True,
    context: ssl.SSLContext | None = None,
) -> Outcome:
    """Post to an address and return what became of it.

    Args:
        url: http or https.
        body: what is sent.
        headers: besides those of HTTP itself.
        timeout_s: for connecting, and for each read; whoever calls bounds all together.
        resolve: finds the addresses of the host.
        private_too: whether this machine and private networks are fine as well.
        context: which certificates are trusted; None for those that the system trusts.
    """
    deadline_s = time.monotonic() + timeout_s
    parts = urlsplit(url)
    host, port = str(parts.hostname), parts.port or _DEFAULT_PORTS.get(parts.scheme, 443)
    try:
        addresses = resolve(host, port)
    except InputInvalid:
        return Outcome(SendFailure.UNREACHABLE, detail="no such host")
    try:
        allowed_addresses(host, port, private_too=private_too, resolve=lambda _host, _port: addresses)
    except InputInvalid:
        return Outcome(SendFailure.FORBIDDEN_ADDRESS, is_final=True)
    try:
        with _connected(addresses, port, deadline_s) as sock, _secured(sock, parts, host, context) as secured:
            return _posted(secured, parts, body, headers, deadline_s)
    except ssl.SSLError as error:
        return Outcome(SendFailure.UNTRUSTED, detail=type(error).__name__)
    except TimeoutError:
        return Outcome(SendFailure.TIMED_OUT)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Outcome(SendFailure.UNREACHABLE, detail=type(error).__name__)


def _connected(addresses: Sequence[str], port: int, deadline_s: float) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout=_seconds_left(deadline_s) / 2)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout=_seconds_left(deadline_s))


def _secured(sock: socket.socket, parts: SplitResult, host: str, context: ssl.SSLContext | None) -> socket.socket:
    if parts.scheme == "http":
        return sock
    return (context or ssl.create_default_context()).wrap_socket(sock, server_hostname=host)


def _posted(
    sock: socket.socket, parts: SplitResult, body: bytes, headers: dict[str, str], deadline_s: float
) -> Outcome:
    sock.settimeout(_seconds_left(deadline_s))
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
    connection.sock = sock
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection.request("POST", path, body, {"User-Agent": "Amends", "Connection": "close", **headers})
    sock.settimeout(_seconds_left(deadline_s))
    with connection.getresponse() as answer:
        # What is answered is nobody's to read: a little is taken so that the other side sees its end.
        sock.settimeout(min(1.0, _seconds_left(deadline_s)))
        status, retry_after = answer.status, answer.headers.get("Retry-After", "")
        with suppress(OSError, http.client.HTTPException):
            answer.read(_MOST_ANSWER_BYTES)
    return outcome_of(status, retry_after)


def outcome_of(status: int, retry_after: str = "") -> Outcome:
    """Return what an HTTP status says of a message."""
    detail = f"HTTP {status}"
    if 200 <= status < 300:
        return TAKEN
    if status in (404, 410):
        return Outcome(
            SendFailure.GONE if status == 410 else SendFailure.REFUSED, is_final=status == 410, detail=detail
        )
    if status in (401, 403):
        return Outcome(SendFailure.LOGIN_REFUSED, detail=detail)
    if status == 429:
        return Outcome(SendFailure.TOO_MANY, retry_after_s=_seconds(retry_after), detail=detail)
    is_final = 300 <= status < 500 and status not in _AGAIN
    return Outcome(SendFailure.REFUSED, is_final=is_final, retry_after_s=_seconds(retry_after), detail=detail)


def _seconds(retry_after: str) -> float:
    """Return the seconds that an answer asks to wait, given as such or as a date; 0 where it says nothing."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0


def _seconds_left(deadline_s: float) -> float:
    left = deadline_s - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
