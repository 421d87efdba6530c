"""`Sender` of pushes: encrypted for one browser, and left at the push service that its maker runs.

Nobody in between can read it (RFC 8291); who sends it is signed (VAPID, RFC 8292). A push service is on the internet,
so nothing is ever sent to this machine or the network that it stands in: staff name the address.
"""

import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from webapp.domain.notifications.channels import NotificationChannel
from webapp.domain.notifications.messages import Message
from webapp.domain.notifications.outcomes import Outcome, SendFailure
from webapp.domain.notifications.push_subscriptions import PushKeys
from webapp.domain.notifications.routes import NoticeKind
from webapp.runtime.jobs.public_addresses import Resolve, resolve
from webapp.runtime.notifications.webhook import TIMEOUT_S, post

# Every push service takes so much, and its own lines are not counted (RFC 8030, 7.2).
MAX_BODY_BYTES = 3800
# What is over for longer is no news: the service throws it away unread.
_ALERT_TTL_S = 3600
_OTHER_TTL_S = 6 * 3600
_SIGNED_FOR_S = 12 * 3600
_ENCODING = "aes128gcm"
_GONE = ("HTTP 404", "HTTP 410")
_HELP_KINDS = (NoticeKind.ALERT, NoticeKind.CHANNEL_TEST)


@dataclass(frozen=True)
class WebPushSender:
    """Sends pushes.

    Attributes:
        keys: returns the pair that signs them; None where there is none.
        timeout_s: for everything together.
        resolve: finds the addresses of a host.
        private_too: whether this machine and private networks are called; only a push service of tests is there.
        context: which certificates are trusted; None for those that the system trusts.
    """

    keys: Callable[[], PushKeys | None]
    timeout_s: float = TIMEOUT_S
    resolve: Resolve = resolve
    private_too: bool = False
    context: ssl.SSLContext | None = None

    def send(self, message: Message, channel: NotificationChannel) -> Outcome:
        """Send one message; see `Sender.send`. A browser that is gone is so for good."""
        keys, config = self.keys(), channel.config
        if keys is None or not config:
            return Outcome(SendFailure.NOT_SET_UP)
        endpoint = str(config["endpoint"])
        headers = {**headers_of(message), **signed_headers(keys, endpoint, str(config["origin"]))}
        outcome = post(
            endpoint,
            encrypted(body_of(message, channel.language), config),
            headers,
            timeout_s=self.timeout_s,
            resolve=self.resolve,
            private_too=self.private_too,
            context=self.context,
        )
        return replace(outcome, failure=SendFailure.GONE, is_final=True) if outcome.detail in _GONE else outcome


def body_of(message: Message, language: str) -> bytes:
    """Return what the service worker reads: JSON in UTF-8. The page that a click opens is named without its server."""
    fields = {
        "id": message.key,
        "title": message.title,
        "text": message.text,
        "tag": tag_of(message),
        "path": f"/incidents/{message.incident_id}" if message.incident_id is not None else "/",
        "at_ms": int(message.begun_at.timestamp() * 1000),
        "is_urgent": message.is_urgent,
        "language": language,
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def tag_of(message: Message) -> str:
    """Return what it is about: of one thing a device shows one message, the newest. The pages call alerts the same."""
    if message.incident_id is not None:
        return f"alert-{message.incident_id}"
    about = message.camera_id if message.camera_id is not None else "site"
    return f"{message.kind.value.replace('_', '-')}-{about}"


def headers_of(message: Message) -> dict[str, str]:
    """Return what a push service has to know: how long it keeps the message, and whether it wakes a sleeping phone.

    While a phone is away, of one topic the newest alone is kept (RFC 8030, 5.4).
    """
    needs_help = message.kind in _HELP_KINDS
    return {
        "TTL": str(_ALERT_TTL_S if needs_help else _OTHER_TTL_S),
        "Urgency": "high" if needs_help else "normal",
        "Topic": tag_of(message)[:32],
        "Content-Encoding": _ENCODING,
        "Content-Type": "application/octet-stream",
    }


def signed_headers(keys: PushKeys, endpoint: str, origin: str) -> dict[str, str]:
    """Return the header that says who sends.

    Args:
        keys: the pair that the subscription is bound to.
        endpoint: of the subscription.
        origin: where the browser found us, and so where whoever runs the push service finds us.
    """
    from py_vapid import Vapid02

    parts, own = urlsplit(endpoint), urlsplit(origin)
    subject = f"https://{own.hostname}" if own.scheme == "https" else "mailto:amends@localhost"
    # Without `no-strict` the library refuses names that push services take, such as those without a dot.
    signer = Vapid02.from_raw(keys.private.encode())
    signer.conf["no-strict"] = True
    claims = {"sub": subject, "aud": f"{parts.scheme}://{parts.netloc}", "exp": int(time.time()) + _SIGNED_FOR_S}
    signed: dict[str, str] = signer.sign(claims)
    return signed


def encrypted(body: bytes, config: Mapping[str, Any]) -> bytes:
    """Return a body as only the browser of a subscription can read it.

    Args:
        body: at most `MAX_BODY_BYTES`.
        config: the subscription.
    """
    from pywebpush import WebPusher

    if len(body) > MAX_BODY_BYTES:
        raise ValueError(f"expected a message of at most {MAX_BODY_BYTES} bytes, got {len(body)}")
    keys = {"p256dh": config["p256dh"], "auth": config["auth"]}
    sealed: bytes = WebPusher({"endpoint": config["endpoint"], "keys": keys}).encode(body, _ENCODING)["body"]
    return sealed
