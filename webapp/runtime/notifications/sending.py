"""Empties the queue: each message in a thread of its own, so that one that hangs holds up nobody else's."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from webapp.domain.notifications.channels import ChannelKind
from webapp.domain.notifications.outcomes import Outcome, SendFailure
from webapp.services.notifications.deliveries import Claim, DeliveryService
from webapp.services.ports.notifications import MessageWriter, Sender

log = structlog.get_logger()

# Longer than any sender waits by itself, and shorter than a claim holds.
SEND_LIMIT_S = 25.0
_MOST_AT_ONCE = 32
_PAUSE_S = 0.1


@dataclass
class _Try:
    claim: Claim
    deadline_s: float
    outcome: Outcome | None = None


@dataclass
class QueueSender:
    """Sends what is due until nothing is.

    Attributes:
        deliveries: the queue.
        writer: finds the words.
        senders: makes the sender of a kind; those that nobody needs are not loaded.
        send_limit_s: seconds after which a try is given up, whatever the sender does.
        work_s: seconds after which nothing new is begun: a process that lives on keeps what its libraries leak.
    """

    deliveries: DeliveryService
    writer: MessageWriter
    senders: Mapping[ChannelKind, Callable[[], Sender]]
    send_limit_s: float = SEND_LIMIT_S
    work_s: float = 60.0
    _made: dict[ChannelKind, Sender] = field(default_factory=dict, init=False)

    def run(self) -> int:
        """Send what is due and return how many tries that were."""
        until_s = time.monotonic() + self.work_s
        running: list[_Try] = []
        count = 0
        while True:
            if time.monotonic() < until_s:
                begun = self._begin(running)
                running += begun
                count += len(begun)
            if not running:
                return count
            time.sleep(_PAUSE_S)
            running = [one for one in running if not self._is_over(one)]

    def _begin(self, running: list[_Try]) -> list[_Try]:
        free = _MOST_AT_ONCE - len(running)
        if free <= 0:
            return []
        busy = {one.claim.channel.channel_id for one in running}
        return [self._start(claim) for claim in self.deliveries.claim(self.writer, limit=free, busy=busy)]

    def _start(self, claim: Claim) -> _Try:
        one = _Try(claim, time.monotonic() + self.send_limit_s)
        # Daemonic: what hangs for ever ends with the process.
        threading.Thread(target=self._send, args=(one,), daemon=True, name=f"delivery-{claim.delivery.key}").start()
        return one

    def _send(self, one: _Try) -> None:
        channel = one.claim.channel
        try:
            one.outcome = self._sender(channel.kind).send(one.claim.message, channel)
        except Exception as error:  # noqa: BLE001 - the thread's boundary.
            # The kind alone: what a library says of it may repeat an address or a secret.
            log.error(
                "sender_failed", channel_id=channel.channel_id, kind=channel.kind.value, error=type(error).__name__
            )
            one.outcome = Outcome(SendFailure.OWN_FAULT, detail=type(error).__name__)

    def _sender(self, kind: ChannelKind) -> Sender:
        if kind not in self._made:
            self._made[kind] = self.senders[kind]()
        return self._made[kind]

    def _is_over(self, one: _Try) -> bool:
        outcome = one.outcome
        if outcome is None and time.monotonic() < one.deadline_s:
            return False
        outcome = outcome or Outcome(SendFailure.TIMED_OUT)
        self.deliveries.finish(one.claim, outcome)
        told = {"key": one.claim.delivery.key, "channel_id": one.claim.channel.channel_id}
        log.info("delivery_tried", **told, attempt=one.claim.delivery.attempts, failure=outcome.failure)
        return True
