"""Whom an alert has reached so far, as a line on its card says it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from webapp.domain.notifications.deliveries import (
    ON_THE_WAY,
    CancelReason,
    Delivery,
    DeliveryState,
    PlannedStep,
    StepState,
)

# Nobody was to be notified any more: that is no failure to reach them.
_NEEDLESS = (CancelReason.ACKNOWLEDGED, CancelReason.SNOOZED, CancelReason.RECOVERED)


@dataclass(frozen=True)
class Reach:
    """How far the notifications of one alert are.

    Attributes:
        incident_id: which.
        people: how many people were reached, by whichever of their channels.
        channels: how many shared channels were reached.
        on_the_way: how many messages wait or are being sent.
        missed: how many came to their end and reached nobody, though they were to.
        is_waiting: whether a later step waits to fall due.
        tries: how often something was sent or planned: it rises with whatever happens.
    """

    incident_id: int
    people: int = 0
    channels: int = 0
    on_the_way: int = 0
    missed: int = 0
    is_waiting: bool = False
    tries: int = 0

    @property
    def is_nobody(self) -> bool:
        """Return whether somebody was to be notified, and nobody was, nor will be."""
        is_open = self.on_the_way > 0 or self.is_waiting
        return self.missed > 0 and not (self.people or self.channels or is_open)


def reach_of(incident_id: int, steps: Iterable[PlannedStep], deliveries: Sequence[Delivery]) -> Reach:
    """Return whom an alert has reached.

    Args:
        incident_id: which.
        steps: all that are planned of it.
        deliveries: all of it.
    """
    taken = [one for one in deliveries if one.state is DeliveryState.DELIVERED]
    states = [step.state for step in steps]
    return Reach(
        incident_id,
        people=len({one.user_id for one in taken if one.user_id is not None}),
        channels=len({one.channel_id or one.channel_name for one in taken if one.user_id is None}),
        on_the_way=sum(one.state in ON_THE_WAY for one in deliveries),
        missed=sum(_is_missed(one) for one in deliveries),
        is_waiting=StepState.WAITING in states,
        tries=len(states) - states.count(StepState.WAITING) + len(deliveries) + sum(one.attempts for one in deliveries),
    )


def _is_missed(delivery: Delivery) -> bool:
    is_end = delivery.state not in (*ON_THE_WAY, DeliveryState.DELIVERED)
    return is_end and delivery.reason not in _NEEDLESS
