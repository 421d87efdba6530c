"""Keeps what stands at MQTT brokers in step with the database, over one lasting connection each.

The connection lasts so that a broker notices when it ends: then it says itself that Amends is offline.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import structlog

from webapp.domain.notifications.home_assistant import ONLINE, availability_topic
from webapp.domain.notifications.outcomes import TAKEN, Outcome, SendFailure
from webapp.services.notifications.brokers import BrokerDuty, BrokerService

if TYPE_CHECKING:
    from webapp.runtime.notifications.mqtt_session import BrokerSession

log = structlog.get_logger()

# A day that begins changes what happened "today", and no event says so.
_AGAIN_S = 30.0
_WAITS_S = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
# After so many admins are told; the channel shows it from the first one on.
_MOST_NOTED = 3


@dataclass(eq=False)
class _Line:
    """One broker: its duty, its connection, and how often that failed."""

    duty: BrokerDuty
    session: "BrokerSession | None" = None
    failures: int = 0
    next_try_s: float = 0.0
    is_noted: bool = False
    is_done: bool = False


@dataclass
class MQTTBridge:
    """Follows the database for all brokers; no call waits for any of them.

    Attributes:
        brokers: the use cases.
    """

    brokers: BrokerService
    _lines: dict[tuple[int, str], _Line] = field(default_factory=dict, init=False)
    _seen: int = field(default=-1, init=False)
    _due_s: float = field(default=0.0, init=False)

    def tend(self, last_event_id: int) -> None:
        """Do what is due.

        Args:
            last_event_id: the newest event: what stands at a broker changes with one.
        """
        now_s = time.monotonic()
        if last_event_id != self._seen or (self._lines and now_s >= self._due_s):
            self._seen, self._due_s = last_event_id, now_s + _AGAIN_S
            self._take(self.brokers.duties())
        for key, line in list(self._lines.items()):
            self._tend_line(line, now_s)
            if line.duty.is_over and line.is_done:
                del self._lines[key]

    def _take(self, duties: Sequence[BrokerDuty]) -> None:
        by_key = {(duty.channel_id, duty.broker.place): duty for duty in duties}
        for key in self._lines.keys() - by_key.keys():
            self._end(self._lines.pop(key))
        for key, duty in by_key.items():
            line = self._lines.setdefault(key, _Line(duty))
            if line.duty.broker != duty.broker:
                self._end(line)
                line.failures, line.next_try_s = 0, 0.0
            line.duty, line.is_done = duty, False

    def _tend_line(self, line: _Line, now_s: float) -> None:
        session = line.session
        if session is None:
            if now_s >= line.next_try_s:
                line.session = self._begin(line)
        elif session.is_over:
            self._has_failed(line, session.failure or SendFailure.UNREACHABLE, now_s)
        elif session.is_connected:
            self._keep(line, session)

    def _begin(self, line: _Line) -> "BrokerSession":
        # Loaded here: where nobody has a broker, housekeeping stays without it.
        from webapp.runtime.notifications.mqtt_session import BrokerSession

        broker = line.duty.broker
        session = BrokerSession(broker, f"amends_{broker.device_prefix}_{line.duty.channel_id}", has_will=True)
        session.start()
        return session

    def _keep(self, line: _Line, session: "BrokerSession") -> None:
        duty = line.duty
        if not line.is_noted:
            log.info("mqtt_connected", channel_id=duty.channel_id)
            self.brokers.note(duty.channel_id, TAKEN)
            line.failures, line.is_noted = 0, True
        for topic in duty.surplus:
            session.keep(topic, "")
        if not duty.is_over:
            for topic, payload in duty.wanted.items():
                session.keep(topic, payload)
            session.keep(availability_topic(duty.broker), ONLINE)
        if not line.is_done and session.has_all_taken:
            self._is_kept(line)

    def _is_kept(self, line: _Line) -> None:
        line.is_done = True
        if not line.duty.surplus:
            return
        self.brokers.done(line.duty)
        line.duty = replace(line.duty, surplus=())
        if line.duty.is_over:
            self._end(line)
            # Two names may lead to one broker: what was cleared for one may have to stand there for another.
            for other in self._lines.values():
                if other.session is not None and other is not line:
                    other.session.forget()

    def _has_failed(self, line: _Line, failure: SendFailure, now_s: float) -> None:
        line.session = None
        line.next_try_s = now_s + _WAITS_S[min(line.failures, len(_WAITS_S) - 1)]
        line.failures += 1
        line.is_done = line.is_noted = False
        log.warning("mqtt_disconnected", channel_id=line.duty.channel_id, failure=failure.value)
        if line.failures <= _MOST_NOTED and not line.duty.is_over:
            self.brokers.note(line.duty.channel_id, Outcome(failure))

    def _end(self, line: _Line) -> None:
        if line.session is not None:
            line.session.close()
            line.session = None
