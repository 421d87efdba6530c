"""The short-lived process that sends, as housekeeping sees it: started when something is due, never waited for."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

import structlog

from webapp.runtime.jobs.job_process import ask_process, decode, encode
from webapp.runtime.notifications.mqtt_bridge import MQTTBridge
from webapp.runtime.processes.background_task import BackgroundTask
from webapp.services.notifications.use_cases import NotificationUseCases
from webapp.settings import REPOSITORY_DIR

log = structlog.get_logger()

DELIVERY_COMMAND = (sys.executable, str(REPOSITORY_DIR / "run.py"), "delivery-job")
# It ends by itself far sooner; this is for one whose machine was asleep, or that hangs outside all its limits.
_LIMIT_S = 180.0
_REST_S = 5.0


@dataclass(frozen=True)
class DeliveryJob:
    """What the process has to know. It comes through a pipe: a database's address may hold a password.

    Attributes:
        database_url: where the queue is.
        lease_s: seconds for which a claim holds.
    """

    database_url: str = field(repr=False)
    lease_s: float = 60.0


@dataclass
class NotificationTask:
    """Plans what happens, and has sent what is due.

    Attributes:
        notifications: the use cases.
        database_url: where the queue is.
        command: the program that answers a job as `answer_deliveries` does.
        lease_s: seconds for which a claim holds.
        bridge: keeps what stands at MQTT brokers.
    """

    notifications: NotificationUseCases
    database_url: str
    command: tuple[str, ...] = DELIVERY_COMMAND
    lease_s: float = 60.0
    bridge: MQTTBridge | None = None
    _rests_until_s: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        """Start nothing yet."""
        self._sending = BackgroundTask("deliveries", lambda: True, self._send)

    def tend(self) -> bool:
        """Do what is due; return whether more of it is to be planned. Where nothing is, it costs one statement."""
        told, is_more = self.notifications, False
        state = told.deliveries.state()
        if state.has_channels and told.hand_overs.tend(state.last_event_id):
            state = told.deliveries.state()
        is_behind = told.planner.is_behind(state)
        if is_behind:
            is_more = told.planner.plan()
        if is_behind or state.has_due(told.clock.now()):
            is_more |= told.fan_out.fan_out()
            state = told.deliveries.state()
        if state.has_due(told.clock.now()) and time.monotonic() >= self._rests_until_s:
            self._sending.tend()
        if self.bridge is not None:
            self.bridge.tend(state.last_event_id)
        return is_more

    def join(self, timeout_s: float) -> None:
        """Wait until what is being sent is sent."""
        self._sending.join(timeout_s)

    def _send(self) -> None:
        job = encode(DeliveryJob(self.database_url, self.lease_s))
        answer = b""
        try:
            answer = ask_process(self.command, job, timeout_s=_LIMIT_S)
        except TimeoutError:
            log.error("deliveries_ended", limit_s=_LIMIT_S)
        if not answer:
            # One that cannot start is not started twice a second.
            self._rests_until_s = time.monotonic() + _REST_S
            log.error("deliveries_unanswered", again_in_s=_REST_S)


def answer_deliveries(send: Callable[[DeliveryJob], int], jobs: TextIO, answers: TextIO) -> None:
    """Send what is due and say how much that was: the other end of `NotificationTask`."""
    job: DeliveryJob = decode(DeliveryJob | None, jobs.read())
    print(send(job), file=answers, flush=True)
