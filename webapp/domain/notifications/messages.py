"""What is sent."""

from dataclasses import dataclass
from datetime import datetime

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.notifications.deliveries import Delivery
from webapp.domain.notifications.routes import NoticeKind


@dataclass(frozen=True)
class Message:
    """One message, ready to be sent. It names no person and holds no picture.

    Attributes:
        key: the delivery's id, the same at every try.
        kind: what it is about.
        title: a few words, in the reader's language.
        text: one or two sentences, likewise; the link is not in it.
        link: where to read more after a log-in; empty where the site has no public address.
        level: of the alert.
        begun_at: when it happened (aware UTC).
        after_min: the step, by its minutes.
        incident_id: of an alert.
        camera_id: where.
        is_test: whether nobody needs help.
        is_urgent: whether it should be shown at once, and with a sound.
        html: the text as a simple page, for mails; empty where there is none.
    """

    key: str
    kind: NoticeKind
    title: str
    text: str
    link: str
    level: AlertLevel
    begun_at: datetime
    after_min: int = 0
    incident_id: int | None = None
    camera_id: int | None = None
    is_test: bool = False
    is_urgent: bool = False
    html: str = ""

    @property
    def with_link(self) -> str:
        """The text with the link, for channels that show nothing else."""
        return f"{self.text}\n{self.link}" if self.link else self.text


@dataclass(frozen=True)
class MessageWords:
    """What is said in a message.

    Attributes:
        title: a few words.
        text: one or two sentences.
        html: see `Message`.
    """

    title: str
    text: str
    html: str = ""


def message_of(delivery: Delivery, words: MessageWords, public_url: str, *, is_urgent: bool) -> Message:
    """Return what is sent of a delivery.

    Args:
        delivery: which.
        words: in the language of its channel.
        public_url: the site's address for people outside; empty where there is none.
        is_urgent: see `Message`.
    """
    notice = delivery.notice
    return Message(
        delivery.key,
        notice.kind,
        words.title,
        words.text,
        _link(delivery, public_url.rstrip("/")),
        notice.level,
        notice.begun_at,
        delivery.after_min,
        notice.incident_id,
        notice.camera_id,
        notice.is_test,
        is_urgent,
        words.html,
    )


def _link(delivery: Delivery, public_url: str) -> str:
    if not public_url:
        return ""
    notice = delivery.notice
    if notice.incident_id is not None:
        return f"{public_url}/incidents/{notice.incident_id}"
    if notice.kind is NoticeKind.CHANNEL_CONFIRM:
        return f"{public_url}/account/notifications"
    return f"{public_url}/"
