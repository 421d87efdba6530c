"""Why somebody is notified of what, by the routes in force, and when they are on call."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from webapp.domain.notifications.on_call import OnCallSchedule
from webapp.domain.notifications.routes import Recipient, RecipientKind, Route, routes_in_force
from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role
from webapp.services.ports import Clock, UnitOfWorkFactory


@dataclass(frozen=True)
class Reason:
    """One step of a route by which a person is notified.

    Attributes:
        route: of which route; its id is 0 where it is the default.
        after_min: minutes after it began.
        recipient: as what the person is notified.
        schedule: where that is who is on call.
    """

    route: Route
    after_min: int
    recipient: Recipient
    schedule: OnCallSchedule | None = None


@dataclass(frozen=True)
class OnCallTurn:
    """When a person is on call.

    Attributes:
        schedule: by which schedule.
        until_at: when the turn that they have now ends; None where they are not on call, or it ends in over two weeks.
        begins_at: when their next turn begins; None where there is none within two weeks.
        is_now: whether they are on call.
    """

    schedule: OnCallSchedule
    until_at: datetime | None
    begins_at: datetime | None
    is_now: bool


@dataclass(frozen=True)
class ReasonService:
    """Answers for one person.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time.
        zone: returns whose clocks schedules mean.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    zone: Callable[[], tzinfo]

    def of(self, user: User) -> Sequence[Reason]:
        """Return why a person is notified: the routes' steps that lead to them, each with its first reason."""
        with self.unit_of_work.reading() as work:
            routes = routes_in_force(work.notifications.routes.list())
            schedules = {one.schedule_id: one for one in work.notifications.on_call.list()}
        return [reason for route in routes if route.enabled for reason in _reasons(route, user, schedules)]

    def turns(self, user_id: int) -> Sequence[OnCallTurn]:
        """Return when a person is on call, by each schedule that names them."""
        now, zone = self.clock.now(), self.zone()
        with self.unit_of_work.reading() as work:
            schedules = work.notifications.on_call.list()
        return [_turn(one, user_id, now, zone) for one in schedules if _names(one, user_id)]


def _reasons(route: Route, user: User, schedules: dict[int, OnCallSchedule]) -> Iterator[Reason]:
    for step in route.steps:
        for recipient in step.recipients:
            schedule = schedules.get(int(recipient.target)) if recipient.kind is RecipientKind.ON_CALL else None
            if _is_meant(recipient, user, schedule):
                yield Reason(route, step.after_min, recipient, schedule)
                break


def _is_meant(recipient: Recipient, user: User, schedule: OnCallSchedule | None) -> bool:
    if recipient.kind is RecipientKind.ROLE:
        return user.may(Role(str(recipient.target)))
    if recipient.kind is RecipientKind.PERSON:
        return recipient.target == user.user_id
    return schedule is not None and _names(schedule, user.user_id)


def _names(schedule: OnCallSchedule, user_id: int) -> bool:
    named = {slot.user_id for slot in schedule.slots} | {one.user_id for one in schedule.overrides}
    return user_id in named


def _turn(schedule: OnCallSchedule, user_id: int, now: datetime, zone: tzinfo) -> OnCallTurn:
    is_now = user_id in schedule.on_call(now, zone)
    until_at = schedule.ends_for(user_id, now, zone) if is_now else None
    return OnCallTurn(schedule, until_at, schedule.begins_for(user_id, now, zone), is_now)
