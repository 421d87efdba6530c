"""One connection to an MQTT broker, over paho. It ends once: whoever wants another makes another."""

import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from webapp.domain.notifications.home_assistant import OFFLINE, availability_topic
from webapp.domain.notifications.mqtt_brokers import MQTTBroker
from webapp.domain.notifications.outcomes import SendFailure
from webapp.errors import InputInvalid
from webapp.runtime.jobs.public_addresses import Resolve, allowed_addresses, resolve

CONNECT_TIMEOUT_S = 8.0
# After one and a half of it a broker says that Amends is offline, where not even the end of a connection arrives.
KEEPALIVE_S = 30
_POLL_S = 0.02
_LOGIN_REFUSED = frozenset(("Bad user name or password", "Not authorized"))


@dataclass(eq=False)
class BrokerSession:
    """A connection, in a thread of its own.

    Attributes:
        broker: where to.
        client_id: a second connection of the same id ends the first one.
        has_will: whether the broker says that Amends is offline when the connection ends by itself.
        resolve: finds the addresses of the broker.
        failure: why it could not be made, or ended; None while all is well.
        is_connected: whether the broker has let it in.
    """

    broker: MQTTBroker
    client_id: str
    has_will: bool = False
    resolve: Resolve = resolve
    failure: SendFailure | None = field(default=None, init=False)
    is_connected: bool = field(default=False, init=False)
    _sent: dict[str, str] = field(default_factory=dict, init=False, repr=False)
    _waiting: list[paho.MQTTMessageInfo] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        """Connect to nobody yet."""
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self.client_id,
            protocol=paho.MQTTv311,
            reconnect_on_failure=False,
        )
        self._client.connect_timeout = CONNECT_TIMEOUT_S
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        if self.broker.username:
            self._client.username_pw_set(self.broker.username, self.broker.password)
        if self.has_will:
            self._client.will_set(availability_topic(self.broker), OFFLINE, qos=1, retain=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Return whether it has ended, or was never made."""
        return not self._thread.is_alive()

    def wait_until_connected(self, timeout_s: float) -> bool:
        """Wait until the broker has let it in; return whether it has."""
        return self._wait(lambda: self.is_connected or self.is_over, timeout_s) and self.is_connected

    def wait_until_taken(self, timeout_s: float) -> bool:
        """Wait until the broker has taken all that was published; return whether it has."""
        return self._wait(lambda: self.has_all_taken or self.is_over, timeout_s) and self.has_all_taken

    @property
    def has_all_taken(self) -> bool:
        """Return whether the broker has said of everything that it has it."""
        self._waiting = [info for info in self._waiting if not info.is_published()]
        return not self._waiting

    def say(self, topic: str, payload: str) -> None:
        """Publish something that has just happened."""
        self._publish(topic, payload, retain=False)

    def keep(self, topic: str, payload: str) -> None:
        """Let something stand at a topic; nothing is sent where it stands there already. An empty one clears it."""
        if self._sent.get(topic) != payload:
            self._sent[topic] = payload
            self._publish(topic, payload, retain=True)

    def forget(self) -> None:
        """Send everything once more: somebody else may have cleared it."""
        self._sent.clear()

    def close(self) -> None:
        """End it; the broker is told, and says nothing of its own."""
        self._client.disconnect()

    def _publish(self, topic: str, payload: str, *, retain: bool) -> None:
        self._waiting.append(self._client.publish(topic, payload, qos=1, retain=retain))

    def _wait(self, is_so: Any, timeout_s: float) -> bool:
        until_s = time.monotonic() + timeout_s
        while not is_so() and time.monotonic() < until_s:
            time.sleep(_POLL_S)
        return bool(is_so())

    def _run(self) -> None:
        try:
            self._connect()
            self._client.loop_forever(timeout=1.0)
        except ssl.SSLError:
            self.failure = SendFailure.UNTRUSTED
        except TimeoutError:
            self.failure = SendFailure.TIMED_OUT
        except (OSError, ValueError):
            self.failure = SendFailure.UNREACHABLE
        except InputInvalid:
            self.failure = SendFailure.FORBIDDEN_ADDRESS
        finally:
            self.is_connected = False

    def _connect(self) -> None:
        host, port = self.broker.host, self.broker.port
        try:
            addresses = self.resolve(host, port)
        except InputInvalid:
            raise OSError from None
        allowed_addresses(host, port, private_too=True, resolve=lambda _host, _port: addresses)
        if self.broker.has_tls:
            self._client.tls_set_context(ssl.create_default_context(cadata=self.broker.ca_certificate or None))
        self._client.connect(host, port, keepalive=KEEPALIVE_S)

    def _on_connect(self, _client: Any, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        if code.is_failure:
            is_login = str(code) in _LOGIN_REFUSED
            self.failure = SendFailure.LOGIN_REFUSED if is_login else SendFailure.REFUSED
            self._client.disconnect()
        else:
            self.is_connected = True

    def _on_disconnect(self, _client: Any, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        self.is_connected = False
        if code.is_failure and self.failure is None:
            self.failure = SendFailure.UNREACHABLE
