"""`Sender` over Apprise: Teams, Slack, Telegram, ntfy, text messages and a hundred more.

What Apprise can do to this machine is off: it reads no file, follows no redirect, keeps nothing and writes no log.
"""

import logging
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webapp.domain.notifications.apprise_urls import checked_apprise_url
from webapp.domain.notifications.channels import NotificationChannel
from webapp.domain.notifications.messages import Message
from webapp.domain.notifications.outcomes import TAKEN, Outcome, SendFailure
from webapp.errors import InputInvalid
from webapp.runtime.jobs.public_addresses import Resolve, allowed_addresses, resolve

if TYPE_CHECKING:
    from apprise import AppriseAsset, NotifyBase

APPRISE_TIMEOUT_S = 20.0
# They say which address was called, and of many services the address is the secret.
_TALKATIVE = ("apprise", "urllib3", "requests", "slixmpp", "paho")


@dataclass(frozen=True)
class AppriseSender:
    """Sends over Apprise.

    Attributes:
        timeout_s: for everything together.
        resolve: finds the addresses of a host.
    """

    timeout_s: float = APPRISE_TIMEOUT_S
    resolve: Resolve = resolve
    _asset: "AppriseAsset" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Load Apprise, and switch off what it is not asked for."""
        from apprise import AppriseAsset
        from apprise.manager_attachment import AttachmentManager
        from apprise.manager_plugins import NotificationManager

        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        plugins: Any = _untyped(NotificationManager)
        with warnings.catch_warnings():
            # One of its services asks for `imghdr`, which it replaces where Python has none any more.
            warnings.simplefilter("ignore", DeprecationWarning)
            plugins.load_modules()
        attachments: Any = _untyped(AttachmentManager)
        attachments.remove(*attachments.schemas())
        asset = AppriseAsset(storage_mode="memory", service_timeout=self.timeout_s, allow_templates=False)
        asset.app_id, asset.app_desc, asset.app_url = "Amends", "Amends", ""
        asset.http_redirects = asset.pgp_autogen = asset.pem_autogen = False
        # Its pictures lie at a third party's, who would learn of each alert.
        asset.image_url_mask = asset.image_url_logo = ""
        object.__setattr__(self, "_asset", asset)

    def send(self, message: Message, channel: NotificationChannel) -> Outcome:
        """Send one message; see `Sender.send`. Apprise passes no key on, and says little of what went wrong."""
        url = str(channel.config.get("url", ""))
        if not url:
            return Outcome(SendFailure.NOT_SET_UP)
        service = self._service(url)
        if service is None:
            return Outcome(SendFailure.NOT_SET_UP, is_final=True)
        if not self._may_be_called(service):
            return Outcome(SendFailure.FORBIDDEN_ADDRESS, is_final=True)
        return self._sent(service, message)

    def _service(self, url: str) -> "NotifyBase | None":
        from apprise import Apprise

        try:
            # Checked once more: what is stored may be from before a rule was made.
            return Apprise.instantiate(checked_apprise_url(url), asset=self._asset)
        except InputInvalid:
            return None

    def _may_be_called(self, service: "NotifyBase") -> bool:
        """Return whether the host may be called; of most services there is none in the address, but a token."""
        host = getattr(service, "host", None)
        try:
            addresses = self.resolve(str(host), 443) if host else ()
        except InputInvalid:
            return True
        try:
            allowed_addresses(str(host), 443, private_too=True, resolve=lambda _h, _p: addresses or ["127.0.0.1"])
        except InputInvalid:
            return False
        return True

    def _sent(self, service: "NotifyBase", message: Message) -> Outcome:
        from apprise import Apprise, NotifyFormat, NotifyType

        sending = Apprise(asset=self._asset)
        sending.add(service)
        kind = NotifyType.WARNING if message.is_urgent and not message.is_test else NotifyType.INFO
        result = sending.notify(
            body=message.with_link, title=message.title, notify_type=kind, body_format=NotifyFormat.TEXT
        )
        if result:
            return TAKEN
        is_late = getattr(getattr(result, "status", None), "name", "") == "TIMEOUT"
        return Outcome(SendFailure.TIMED_OUT if is_late else SendFailure.REFUSED)


def _untyped(manager: Any) -> Any:
    """Return one of Apprise's managers, which know no types."""
    return manager()
