"""`Sender` of mails, over the server that is set for the site."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from webapp.domain.notifications.channel_configs import unconfirmed_code
from webapp.domain.notifications.channels import NotificationChannel
from webapp.domain.notifications.messages import Message
from webapp.domain.notifications.outcomes import TAKEN, Outcome, SendFailure
from webapp.domain.notifications.routes import NoticeKind
from webapp.domain.site.mail import Mail, MailFailure
from webapp.errors import MailFailed

_FAILURES = {
    MailFailure.UNREACHABLE: SendFailure.UNREACHABLE,
    MailFailure.UNTRUSTED: SendFailure.UNTRUSTED,
    MailFailure.NO_STARTTLS: SendFailure.UNTRUSTED,
    MailFailure.LOGIN_REFUSED: SendFailure.LOGIN_REFUSED,
    MailFailure.RECIPIENT_REFUSED: SendFailure.REFUSED,
    MailFailure.REFUSED: SendFailure.REFUSED,
}


@dataclass(frozen=True)
class EmailSender:
    """Sends mails.

    Attributes:
        mail: hands one to the server, or raises `MailFailed`.
        is_set: whether there is a server.
    """

    mail: Callable[[Mail], None]
    is_set: Callable[[], bool]

    def send(self, message: Message, channel: NotificationChannel) -> Outcome:
        """Send one message; see `Sender.send`. The key is the mail's own id, by which programs know a second one."""
        address = channel.config.get("address")
        if not address or not self.is_set():
            return Outcome(SendFailure.NOT_SET_UP)
        code = unconfirmed_code(channel.config)
        is_confirming = message.kind is NoticeKind.CHANNEL_CONFIRM
        if code and not is_confirming:
            # Nobody has shown that the address is theirs: it gets the code, and nothing else.
            return Outcome(SendFailure.NOT_SET_UP, is_final=True)
        if is_confirming and not code:
            return TAKEN  # It was entered meanwhile.
        text = f"{code}\n\n{message.with_link}\n" if code else f"{message.with_link}\n"
        try:
            self.mail(Mail(str(address), message.title, text, message.key, _page_of(message)))
        except MailFailed as error:
            # What the server says may repeat the address.
            return Outcome(_FAILURES[MailFailure(str(error.values["cause"]))])
        return TAKEN


def _page_of(message: Message) -> str:
    """Return the message as a page; empty where the text says it all."""
    if not message.html:
        return ""
    link = escape(message.link)
    more = f'<p><a href="{link}">{link}</a></p>' if link else ""
    return f"<!doctype html><html><body>{message.html}{more}</body></html>\n"
