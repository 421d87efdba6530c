"""`Sender` of MQTT: says what has just happened. What stands at a broker is kept by `mqtt_bridge`."""

import secrets
import time
from dataclasses import dataclass

from webapp.domain.notifications.channels import NotificationChannel
from webapp.domain.notifications.home_assistant import event_of
from webapp.domain.notifications.messages import Message
from webapp.domain.notifications.mqtt_brokers import MQTTBroker
from webapp.domain.notifications.outcomes import TAKEN, Outcome, SendFailure
from webapp.runtime.jobs.public_addresses import Resolve, resolve
from webapp.runtime.notifications.mqtt_session import BrokerSession

MQTT_TIMEOUT_S = 15.0


@dataclass(frozen=True)
class MQTTSender:
    """Publishes events, at QoS 1.

    Attributes:
        timeout_s: for everything together.
        resolve: finds the addresses of a broker.
    """

    timeout_s: float = MQTT_TIMEOUT_S
    resolve: Resolve = resolve

    def send(self, message: Message, channel: NotificationChannel) -> Outcome:
        """Send one message; see `Sender.send`. Its key is in it as `id`."""
        if not channel.config:
            return Outcome(SendFailure.NOT_SET_UP)
        broker = MQTTBroker.from_config(channel.config)
        session = BrokerSession(broker, f"amends-{secrets.token_hex(6)}", resolve=self.resolve)
        until_s = time.monotonic() + self.timeout_s
        session.start()
        try:
            if session.wait_until_connected(self.timeout_s):
                session.say(*event_of(broker, message))
                if session.wait_until_taken(until_s - time.monotonic()):
                    return TAKEN
            failure = session.failure or SendFailure.TIMED_OUT
            return Outcome(failure, is_final=failure is SendFailure.FORBIDDEN_ADDRESS)
        finally:
            session.close()
