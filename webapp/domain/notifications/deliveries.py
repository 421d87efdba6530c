"""One message on its way to one channel, and the steps that it comes from."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.notifications.channels import ChannelKind
from webapp.domain.notifications.outcomes import Outcome, SendFailure
from webapp.domain.notifications.routes import Notice, Recipient

# Who takes a message but does not answer has so long; then it may be sent once more, with the same id.
LEASE = timedelta(seconds=60)
GIVEN_UP_AFTER = timedelta(days=1)
# What is over for longer is no news any more.
ENDED_FOR = timedelta(hours=1)
_WAITS_S = (5.0, 30.0, 120.0, 600.0, 3600.0)
_LONGEST_WAIT_S = 6 * 3600.0


class DeliveryState(StrEnum):
    """How far it is. The last four are ends."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


ON_THE_WAY = (DeliveryState.PENDING, DeliveryState.SENDING)


class CancelReason(StrEnum):
    """Why nothing was sent."""

    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RECOVERED = "recovered"
    QUIET_HOURS = "quiet_hours"
    NOBODY_ON_CALL = "nobody_on_call"
    NO_CHANNEL = "no_channel"
    CHANNEL_OFF = "channel_off"
    NO_NEWS = "no_news"


class StepState(StrEnum):
    """How far a step is."""

    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class PlannedStep:
    """A step of a route, planned when the alert came; who is told is found out when it falls due.

    Attributes:
        notice: of what.
        after_min: minutes after it.
        recipients: whom, as the route said at that time.
        due_at: when it falls due.
        state: how far it is.
        reason: why it was cancelled.
        route_id: the route; None for the default.
        step_id: row id; 0 until stored.
    """

    notice: Notice
    after_min: int
    recipients: tuple[Recipient, ...]
    due_at: datetime
    state: StepState = StepState.WAITING
    reason: CancelReason | None = None
    route_id: int | None = None
    step_id: int = 0


@dataclass(frozen=True)
class Delivery:
    """One message to one channel.

    Attributes:
        key: its id (a UUID), the same at every try: whoever gets it twice can tell.
        notice: of what.
        after_min: the step, by its minutes.
        channel_id: where to; None where there is none, or it is gone.
        channel_kind: what that speaks, kept when it is gone; None where there was none.
        channel_name: likewise its name.
        user_id: the person who is told; None for a shared channel.
        created_at: when it was planned.
        state: how far it is.
        reason: why it was cancelled.
        attempts: how often it was tried.
        next_attempt_at: when it is tried next, or while it is being sent, when that is given up; None at an end.
        failure: why the last try failed.
        detail: what exactly was answered.
        ended_at: when it came to its end.
        delivery_id: row id; 0 until stored.
    """

    key: str
    notice: Notice
    after_min: int
    created_at: datetime
    channel_id: int | None = None
    channel_kind: ChannelKind | None = None
    channel_name: str = ""
    user_id: int | None = None
    state: DeliveryState = DeliveryState.PENDING
    reason: CancelReason | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    failure: SendFailure | None = None
    detail: str = ""
    ended_at: datetime | None = None
    delivery_id: int = 0

    def claimed(self, at: datetime, lease: timedelta = LEASE) -> "Delivery":
        """Return it while somebody sends it: whoever does has so long."""
        return replace(self, state=DeliveryState.SENDING, attempts=self.attempts + 1, next_attempt_at=at + lease)

    def cancelled(self, reason: CancelReason, at: datetime) -> "Delivery":
        """Return it as not to be sent."""
        return replace(self, state=DeliveryState.CANCELLED, reason=reason, next_attempt_at=None, ended_at=at)

    def after(self, outcome: Outcome, at: datetime) -> "Delivery":
        """Return it with what became of a try."""
        if outcome.failure is None:
            return self._ended(DeliveryState.DELIVERED, outcome, at)
        if outcome.is_final:
            return self._ended(DeliveryState.FAILED, outcome, at)
        next_at = at + timedelta(seconds=max(wait_s(self.attempts), min(outcome.retry_after_s, _LONGEST_WAIT_S)))
        if next_at - self.created_at > GIVEN_UP_AFTER:
            return self._ended(DeliveryState.GIVEN_UP, outcome, at)
        return replace(
            self,
            state=DeliveryState.PENDING,
            failure=outcome.failure,
            detail=outcome.detail,
            next_attempt_at=next_at,
        )

    def given_up(self, at: datetime) -> "Delivery":
        """Return it as not to be tried again."""
        return replace(self, state=DeliveryState.GIVEN_UP, next_attempt_at=None, ended_at=at)

    def may_be_retried(self, at: datetime) -> bool:
        """Return whether trying it again is of use: it failed, its channel is there, and it is no old news."""
        has_failed = self.state in (DeliveryState.FAILED, DeliveryState.GIVEN_UP)
        return has_failed and self.channel_id is not None and not self.is_too_old(at)

    def retried(self, at: datetime) -> "Delivery":
        """Return it as waiting to be tried again at once, with the same key."""
        return replace(self, state=DeliveryState.PENDING, next_attempt_at=at, ended_at=None)

    def is_too_old(self, at: datetime) -> bool:
        """Return whether it was tried for long enough."""
        return at - self.created_at > GIVEN_UP_AFTER

    def _ended(self, state: DeliveryState, outcome: Outcome, at: datetime) -> "Delivery":
        return replace(
            self, state=state, failure=outcome.failure, detail=outcome.detail, next_attempt_at=None, ended_at=at
        )


def wait_s(attempts: int) -> float:
    """Return the seconds from a failed try to the next: longer each time, and at last an hour.

    Args:
        attempts: how many there were, at least one.
    """
    return _WAITS_S[min(attempts, len(_WAITS_S)) - 1]
