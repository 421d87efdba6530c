"""`Mailer` over SMTP, with the standard library alone."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from webapp.domain.site.mail import Mail, MailFailure, MailSecurity, MailSettings
from webapp.errors import MailFailed

_TIMEOUT_S = 15.0
_MOST_DETAIL = 200


class SMTPMailer:
    """Sends each mail over a connection of its own. What is said to the server is in no log."""

    def __init__(self, timeout_s: float = _TIMEOUT_S) -> None:
        """Connect to nobody yet.

        Args:
            timeout_s: seconds that the server may take for each answer.
        """
        self._timeout_s = timeout_s

    def send(self, settings: MailSettings, password: str, mail: Mail) -> None:
        """Send one mail; see `Mailer.send`."""
        try:
            with self._connected(settings) as server:
                if settings.username:
                    server.login(settings.username, password)
                server.send_message(_message(settings, mail))
        except smtplib.SMTPAuthenticationError as error:
            raise _failed(MailFailure.LOGIN_REFUSED, error) from None
        except smtplib.SMTPRecipientsRefused as error:
            raise _failed(MailFailure.RECIPIENT_REFUSED, error) from None
        except smtplib.SMTPNotSupportedError as error:
            raise _failed(_unsupported(settings, error), error) from None
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError) as error:
            raise _failed(MailFailure.UNREACHABLE, error) from None
        except smtplib.SMTPException as error:
            raise _failed(MailFailure.REFUSED, error) from None
        except ssl.SSLError as error:
            raise _failed(MailFailure.UNTRUSTED, error) from None
        except (OSError, ValueError) as error:
            raise _failed(MailFailure.UNREACHABLE, error) from None

    def _connected(self, settings: MailSettings) -> smtplib.SMTP:
        name = settings.sender.rpartition("@")[2]
        host, port = settings.host, settings.port
        if settings.security is MailSecurity.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, local_hostname=name, timeout=self._timeout_s, context=context)
        server = smtplib.SMTP(host, port, local_hostname=name, timeout=self._timeout_s)
        try:
            if settings.security is MailSecurity.STARTTLS:
                # Where the server, or somebody on the way, offers none, this fails: nothing is said in clear.
                server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
        return server


def _message(settings: MailSettings, mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = settings.sender, mail.to, mail.subject
    domain = settings.sender.rpartition("@")[2]
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{mail.key}@{domain}>" if mail.key else make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def _unsupported(settings: MailSettings, error: smtplib.SMTPNotSupportedError) -> MailFailure:
    is_about_tls = settings.security is MailSecurity.STARTTLS and "STARTTLS" in str(error)
    return MailFailure.NO_STARTTLS if is_about_tls else MailFailure.REFUSED


def _failed(cause: MailFailure, error: Exception) -> MailFailed:
    """Return the error with what the server said: a code and a sentence, and nothing of what was sent to it."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        detail = f"{error.smtp_code} {said}"
    elif isinstance(error, OSError):
        detail = error.strerror or type(error).__name__
    else:
        detail = type(error).__name__
    return MailFailed("The mail was not sent: %(detail)s", detail=detail[:_MOST_DETAIL], cause=cause)
