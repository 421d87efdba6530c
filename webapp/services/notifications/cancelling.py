"""What need not be told any more, within a transaction; and what has to be told again."""

from dataclasses import replace
from datetime import datetime

from webapp.domain.notifications.deliveries import CancelReason, DeliveryState, StepState
from webapp.services.ports import UnitOfWork


def cancel_incident(work: UnitOfWork, incident_id: int, reason: CancelReason, at: datetime) -> None:
    """Cancel the steps and messages of an alert that still wait; what is being sent just now cannot be called back."""
    for step in work.notifications.steps.of_incident(incident_id):
        if step.state is StepState.WAITING:
            work.notifications.steps.update(replace(step, state=StepState.CANCELLED, reason=reason))
    for delivery in work.notifications.deliveries.of_incident(incident_id):
        if delivery.state is DeliveryState.PENDING:
            work.notifications.deliveries.update(delivery.cancelled(reason, at))


def revive_incident(work: UnitOfWork, incident_id: int, at: datetime) -> None:
    """Let what was cancelled because somebody had taken an alert wait again: they took it back."""
    for step in work.notifications.steps.of_incident(incident_id):
        if step.reason is CancelReason.ACKNOWLEDGED:
            work.notifications.steps.update(replace(step, state=StepState.WAITING, reason=None))
    for delivery in work.notifications.deliveries.of_incident(incident_id):
        if delivery.reason is CancelReason.ACKNOWLEDGED:
            again = replace(delivery, state=DeliveryState.PENDING, reason=None, next_attempt_at=at, ended_at=None)
            work.notifications.deliveries.update(again)


def cancel_camera(work: UnitOfWork, camera_id: int, at: datetime) -> None:
    """Cancel what waits to tell that a camera is away: it is not."""
    for step in work.notifications.steps.waiting_of_camera(camera_id):
        recovered = replace(step, state=StepState.CANCELLED, reason=CancelReason.RECOVERED)
        work.notifications.steps.update(recovered)
    for delivery in work.notifications.deliveries.on_the_way(camera_id):
        if delivery.state is DeliveryState.PENDING:
            work.notifications.deliveries.update(delivery.cancelled(CancelReason.RECOVERED, at))
