"""Steps that fall due become deliveries: who is on call, who is in a role and by which ways is found out then."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from uuid import uuid4

from webapp.domain.alerts.incidents import IncidentState
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.notifications.channels import NotificationChannel
from webapp.domain.notifications.deliveries import (
    ENDED_FOR,
    CancelReason,
    Delivery,
    DeliveryState,
    PlannedStep,
    StepState,
)
from webapp.domain.notifications.quiet_hours import is_urgent
from webapp.domain.notifications.routes import Notice, NoticeKind, Recipient, RecipientKind
from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory

_BATCH = 50


@dataclass(frozen=True)
class Target:
    """Whom a recipient turns out to be: a channel, or a reason why there is none.

    Attributes:
        channel: where to; None where there is none.
        user_id: whose it is; None for a shared channel, or where nobody is meant.
        reason: why nothing is sent.
        recipient: whom the step names.
    """

    channel: NotificationChannel | None = None
    user_id: int | None = None
    reason: CancelReason | None = None
    recipient: Recipient | None = None


@dataclass(frozen=True)
class StepFanOut:
    """Turns steps that have fallen due into deliveries.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time.
        zone: returns whose clocks schedules and quiet hours mean.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    zone: Callable[[], tzinfo]

    def fan_out(self) -> bool:
        """See to the steps that are due, each with its deliveries in one transaction; return whether there are more."""
        now = self.clock.now()
        with self.unit_of_work.reading() as work:
            if not work.notifications.steps.due(now, limit=1):
                return False
        zone = self.zone()
        with self.unit_of_work() as work:
            due = work.notifications.steps.due(now, limit=_BATCH)
            for step in due:
                reason = no_need(work, step.notice, now) or _missed(step, now)
                if reason is None:
                    self._tell(work, step, now, zone)
                state = StepState.CANCELLED if reason else StepState.DONE
                work.notifications.steps.update(replace(step, state=state, reason=reason))
            work.commit()
        return len(due) == _BATCH

    def _tell(self, work: UnitOfWork, step: PlannedStep, now: datetime, zone: tzinfo) -> None:
        for target in targets_of_step(work, step, now, zone):
            delivery = new_delivery(step, target.channel, now, user_id=target.user_id)
            waits = delivery.cancelled(target.reason, now) if target.reason else delivery
            work.notifications.deliveries.add(step, waits)


def targets_of_step(work: ReadUnitOfWork, step: PlannedStep, now: datetime, zone: tzinfo) -> Iterator[Target]:
    """Yield whom a step tells at a moment, and whom it does not and why: quiet hours are kept."""
    for target in _targets(work, step, now, zone):
        if target.channel and target.reason is None and target.user_id:
            wants = work.notifications.preferences.get(target.user_id)
            urgent = is_urgent(step.notice.level, step.after_min)
            if not wants.lets_through(now, zone, is_urgent=urgent):
                yield replace(target, reason=CancelReason.QUIET_HOURS)
                continue
        yield target


def new_delivery(
    step: PlannedStep, channel: NotificationChannel | None, at: datetime, *, user_id: int | None = None
) -> Delivery:
    """Return a delivery that waits to be sent at once."""
    return Delivery(
        key=str(uuid4()),
        notice=step.notice,
        after_min=step.after_min,
        created_at=at,
        channel_id=channel.channel_id if channel else None,
        channel_kind=channel.kind if channel else None,
        channel_name=channel.name if channel else "",
        user_id=user_id,
        state=DeliveryState.PENDING,
        next_attempt_at=at,
    )


def no_need(work: ReadUnitOfWork, notice: Notice, now: datetime) -> CancelReason | None:
    """Return why nobody need be told of something any more, as it stands at this moment; None where they must."""
    camera = work.cameras.get(notice.camera_id) if notice.camera_id else None
    if notice.kind is NoticeKind.CAMERA_OFFLINE:
        return None if camera and camera.state is CameraState.OFFLINE else CancelReason.RECOVERED
    if notice.kind is not NoticeKind.ALERT:
        return None
    incident = work.incidents.get(notice.incident_id or 0)
    if incident is None or incident.state is not IncidentState.NEW:
        return CancelReason.ACKNOWLEDGED
    is_snoozed = camera is not None and camera.snooze is not None and not camera.snooze.is_over(now)
    return CancelReason.SNOOZED if is_snoozed else None


def _missed(step: PlannedStep, now: datetime) -> CancelReason | None:
    """Return that a step is no news where nobody was there to see to it at its time."""
    return CancelReason.NO_NEWS if now - step.due_at > ENDED_FOR else None


def _targets(work: ReadUnitOfWork, step: PlannedStep, now: datetime, zone: tzinfo) -> Iterator[Target]:
    """Yield each channel once, and what stands in the way of those who have none."""
    seen: set[int] = set()
    for recipient in step.recipients:
        for target in _targets_of(work, recipient, now, zone):
            channel = target.channel
            is_failing = channel is not None and channel.failures > 0
            if channel and (
                channel.channel_id in seen or (is_failing and step.notice.kind is NoticeKind.CHANNEL_FAILED)
            ):
                continue
            seen.update({channel.channel_id} if channel else ())
            yield replace(target, recipient=recipient)


def _targets_of(work: ReadUnitOfWork, recipient: Recipient, now: datetime, zone: tzinfo) -> Iterator[Target]:
    if recipient.kind is RecipientKind.CHANNEL:
        channel = work.notifications.channels.get(int(recipient.target))
        is_on = channel is not None and channel.enabled
        yield Target(channel, reason=None if is_on else CancelReason.CHANNEL_OFF)
    elif recipient.kind is RecipientKind.ON_CALL:
        schedule = work.notifications.on_call.get(int(recipient.target))
        on_call = sorted(schedule.on_call(now, zone)) if schedule else []
        if not on_call:
            yield Target(reason=CancelReason.NOBODY_ON_CALL)
        for user_id in on_call:
            yield from _person(work, user_id)
    elif recipient.kind is RecipientKind.PERSON:
        yield from _person(work, int(recipient.target))
    else:
        yield from _role(work, Role(str(recipient.target)))


def _person(work: ReadUnitOfWork, user_id: int) -> Iterator[Target]:
    user = work.users.get(user_id)
    channels = _own_channels(work, [user]) if user and user.enabled else []
    yield from channels or [Target(user_id=user_id if user else None, reason=CancelReason.NO_CHANNEL)]


def _role(work: ReadUnitOfWork, role: Role) -> Iterator[Target]:
    # Most of a role may have no channel; only that nobody has one is worth a line.
    channels = _own_channels(work, [user for user in work.users.list() if user.may(role)])
    yield from channels or [Target(reason=CancelReason.NO_CHANNEL)]


def _own_channels(work: ReadUnitOfWork, people: list[User]) -> list[Target]:
    channels = work.notifications.channels.of_people([user.user_id for user in people])
    return [Target(channel, channel.owner_id) for channel in channels if channel.enabled]
