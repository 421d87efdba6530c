"""How mails leave this installation, and where people get theirs."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webapp.errors import InputInvalid

MAX_MAIL_ADDRESS = 254
_MAX_HOST, _MAX_USER_NAME = 253, 120
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-fA-F:]+", re.ASCII)
# What servers take without quoting; a stranger's mail is not ours to judge, but a line's end or a list is none.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", re.ASCII)


class MailSecurity(StrEnum):
    """How what is sent is protected on its way to the server."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class MailFailure(StrEnum):
    """Why a mail did not leave."""

    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    NO_STARTTLS = "no_starttls"
    LOGIN_REFUSED = "login_refused"
    RECIPIENT_REFUSED = "recipient_refused"
    REFUSED = "refused"


@dataclass(frozen=True)
class MailSettings:
    """The server that takes mails.

    Attributes:
        host: its name or address; empty where no mail is sent.
        port: of it.
        security: how the way to it is protected.
        username: to log in with; empty where it asks for none.
        sender: what mails name as their sender.
    """

    host: str = ""
    port: int = 465
    security: MailSecurity = MailSecurity.TLS
    username: str = ""
    sender: str = ""

    def __post_init__(self) -> None:
        """Check what an admin entered.

        Raises:
            InputInvalid: something of it cannot be used.
        """
        object.__setattr__(self, "security", MailSecurity(self.security))
        if self.host:
            self._check()

    @property
    def is_set(self) -> bool:
        """Return whether mails can be sent at all."""
        return bool(self.host)

    def _check(self) -> None:
        if len(self.host) > _MAX_HOST or not _HOST.fullmatch(self.host):
            raise InputInvalid("Expected the name of a mail server, such as smtp.example.org.", field="host")
        if not 1 <= self.port <= 65535:
            raise InputInvalid("Expected a port from 1 to 65535, got %(port)s.", port=self.port, field="port")
        if len(self.username) > _MAX_USER_NAME or not self.username.isprintable():
            raise InputInvalid("Expected at most %(most)s characters.", most=_MAX_USER_NAME, field="username")
        checked_mail_address(self.sender, field="sender")
        if self.username and self.security is MailSecurity.NONE and not self._is_this_machine():
            raise InputInvalid(
                "With a user name choose TLS or STARTTLS: everyone on the way would read the password.",
                field="security",
            )

    def _is_this_machine(self) -> bool:
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


@dataclass(frozen=True)
class Mail:
    """One mail.

    Attributes:
        to: whose address.
        subject: one line.
        text: plain text.
        key: what tells this mail from others, the same at every try; empty for a new one each time.
        html: the same as a page, for readers that show one; empty for the text alone.
    """

    to: str
    subject: str
    text: str
    key: str = ""
    html: str = ""


@dataclass(frozen=True)
class MailTest:
    """A mail that an admin has sent to see whether it arrives.

    Attributes:
        mail: it.
        asked_at: when it was asked for.
        done_at: when the server took or refused it; None while it waits.
        failure: why it was not taken; None where it was.
        detail: what exactly the server said; never a secret.
    """

    mail: Mail
    asked_at: datetime
    done_at: datetime | None = None
    failure: MailFailure | None = None
    detail: str = ""


def checked_mail_address(address: str, field: str = "mail") -> str:
    """Return an address that mails can go to.

    Raises:
        InputInvalid: it is none.
    """
    if len(address) > MAX_MAIL_ADDRESS or not _ADDRESS.fullmatch(address):
        raise InputInvalid("Expected a mail address such as dana@example.org.", field=field)
    return address
