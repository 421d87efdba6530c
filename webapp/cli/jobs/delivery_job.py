"""`delivery-job`: what is due of notifications is sent, in a process that ends when nothing is."""

import os
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from webapp.runtime.notifications.delivery_process import DeliveryJob
    from webapp.runtime.notifications.sending import QueueSender
    from webapp.services.ports.notifications import Sender


@click.command("delivery-job", hidden=True)
def delivery_job() -> None:
    """Send what is due of notifications; housekeeping calls this."""
    from webapp.runtime.notifications.delivery_process import answer_deliveries
    from webapp.runtime.processes.logs import configure_logging
    from webapp.settings import load_settings

    configure_logging(load_settings(), "delivery")
    answer_deliveries(lambda job: queue_sender(job).run(), sys.stdin, sys.stdout)
    # A sender that hangs has a thread; nobody waits for it.
    os._exit(0)


def queue_sender(job: "DeliveryJob") -> "QueueSender":
    """Return what empties the queue.

    Args:
        job: where the queue is.
    """
    from webapp.domain.notifications.channels import ChannelKind
    from webapp.runtime.notifications.apprise_sender import AppriseSender
    from webapp.runtime.notifications.email import EmailSender
    from webapp.runtime.notifications.sending import QueueSender
    from webapp.runtime.notifications.web_push import WebPushSender
    from webapp.runtime.notifications.webhook import WebhookSender
    from webapp.runtime.notifications.words import CatalogueWriter
    from webapp.runtime.processes.smtp_mailer import SMTPMailer
    from webapp.services.clock import SystemClock
    from webapp.services.notifications.channels import ChannelService
    from webapp.services.notifications.deliveries import DeliveryService
    from webapp.services.notifications.push_devices import PushDeviceService
    from webapp.services.site.mail import MailService
    from webapp.settings import load_settings
    from webapp.storage.db.engine import open_engine
    from webapp.storage.site.keys import FernetCipher
    from webapp.storage.unit_of_work import SQLUnitOfWorkFactory

    work, cipher = SQLUnitOfWorkFactory(open_engine(job.database_url)), FernetCipher(load_settings().data_dir)
    clock = SystemClock()
    mail = MailService(work, cipher, clock, SMTPMailer())
    devices = PushDeviceService(work, cipher, clock, ChannelService(work, cipher, clock))
    return QueueSender(
        DeliveryService(work, cipher, clock, timedelta(seconds=job.lease_s)),
        CatalogueWriter(_translated),
        {
            ChannelKind.WEBHOOK: WebhookSender,
            ChannelKind.APPRISE: AppriseSender,
            ChannelKind.MQTT: _mqtt_sender,
            ChannelKind.WEB_PUSH: lambda: WebPushSender(devices.keys),
            ChannelKind.EMAIL: lambda: EmailSender(mail.send, mail.is_set),
        },
    )


def _mqtt_sender() -> "Sender":
    """Return what speaks MQTT, loaded only where somebody has a broker."""
    from webapp.runtime.notifications.mqtt_sender import MQTTSender

    return MQTTSender()


def _translated(text: str, language: str) -> str:
    """Return a text of the catalogue; in English, as it is written, no page's library is loaded for it."""
    if language == "en":
        return text
    from webapp.web.core.languages import translated

    return translated(text, language)
