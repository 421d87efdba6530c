"""Routes, people on call, and what each person wants: set by admins and by the person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from webapp.domain.events import Event, EventKind
from webapp.domain.notifications.on_call import HandOver, OnCallSchedule
from webapp.domain.notifications.quiet_hours import NotificationPreferences
from webapp.domain.notifications.routes import Recipient, RecipientKind, Route, routes_in_force
from webapp.errors import InputInvalid, NotFound
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory

MAX_ROUTES = 50
MAX_SCHEDULES = 20
# What was before is nobody's any more.
_OVERRIDES_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class OnCallNow:
    """A schedule at one moment.

    Attributes:
        schedule: which.
        user_ids: who is on call; perhaps nobody.
        next_hand_over: when others are; None where nothing changes within two weeks.
    """

    schedule: OnCallSchedule
    user_ids: frozenset[int]
    next_hand_over: HandOver | None


@dataclass(frozen=True)
class RouteService:
    """The use cases around routes, people on call and preferences.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time.
        zone: returns whose clocks all hours mean.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    zone: Callable[[], tzinfo]

    def routes(self) -> Sequence[Route]:
        """Return the routes that an admin has set."""
        with self.unit_of_work.reading() as work:
            return work.notifications.routes.list()

    def in_force(self) -> Sequence[Route]:
        """Return the routes that hold: those that are set, and the defaults in place of those that are not."""
        return routes_in_force(self.routes())

    def put(self, route: Route, actor: str) -> Route:
        """Add a route, or change the one of its id; what is planned already stays as it was.

        Raises:
            NotFound: there is no such route.
            InputInvalid: it names something that is not there, or there are too many.
        """
        with self.unit_of_work() as work:
            known = work.notifications.routes.list()
            if route.route_id and route.route_id not in {one.route_id for one in known}:
                raise _no_route(route.route_id)
            if not route.route_id and len(known) >= MAX_ROUTES:
                raise InputInvalid("Expected at most %(most)s routes.", most=MAX_ROUTES)
            for step in route.steps:
                for recipient in step.recipients:
                    _check_recipient(work, recipient)
            stored = work.notifications.routes.put(route)
            self._log_route(work, stored, actor, is_removed=False)
            work.commit()
        return stored

    def remove(self, route_id: int, actor: str) -> None:
        """Remove a route.

        Raises:
            NotFound: there is no such route.
        """
        with self.unit_of_work() as work:
            route = work.notifications.routes.get(route_id)
            if route is None:
                raise _no_route(route_id)
            work.notifications.routes.remove(route_id)
            self._log_route(work, route, actor, is_removed=True)
            work.commit()

    def schedules(self) -> Sequence[OnCallSchedule]:
        """Return the schedules of who is on call."""
        with self.unit_of_work.reading() as work:
            return work.notifications.on_call.list()

    def on_call_now(self) -> Sequence[OnCallNow]:
        """Return who is on call at this moment, by each schedule, and when that changes."""
        now, zone = self.clock.now(), self.zone()
        return [OnCallNow(one, one.on_call(now, zone), one.next_hand_over(now, zone)) for one in self.schedules()]

    def put_schedule(self, schedule: OnCallSchedule, actor: str) -> OnCallSchedule:
        """Add a schedule, or change the one of its id; exceptions that are long over are left out.

        Raises:
            NotFound: there is no such schedule.
            InputInvalid: it names somebody who is not there, or there are too many.
        """
        now = self.clock.now()
        kept = schedule.without_old(now - _OVERRIDES_KEPT)
        with self.unit_of_work() as work:
            known = {one.schedule_id for one in work.notifications.on_call.list()}
            if kept.schedule_id and kept.schedule_id not in known:
                raise _no_schedule(kept.schedule_id)
            if not kept.schedule_id and len(known) >= MAX_SCHEDULES:
                raise InputInvalid("Expected at most %(most)s schedules.", most=MAX_SCHEDULES)
            _check_people(work, kept)
            stored = work.notifications.on_call.put(kept)
            self._log_schedule(work, stored, actor, is_removed=False)
            work.commit()
        return stored

    def remove_schedule(self, schedule_id: int, actor: str) -> None:
        """Remove a schedule; steps that name it tell nobody, and say so.

        Raises:
            NotFound: there is no such schedule.
        """
        with self.unit_of_work() as work:
            schedule = work.notifications.on_call.get(schedule_id)
            if schedule is None:
                raise _no_schedule(schedule_id)
            work.notifications.on_call.remove(schedule_id)
            self._log_schedule(work, schedule, actor, is_removed=True)
            work.commit()

    def preferences(self, user_id: int) -> NotificationPreferences:
        """Return what one person wants."""
        with self.unit_of_work.reading() as work:
            return work.notifications.preferences.get(user_id)

    def set_preferences(self, user_id: int, preferences: NotificationPreferences) -> None:
        """Let a person want something else from now on."""
        with self.unit_of_work() as work:
            work.notifications.preferences.put(user_id, preferences)
            work.commit()

    def _log_route(self, work: UnitOfWork, route: Route, actor: str, *, is_removed: bool) -> None:
        payload = {"route_id": route.route_id, "name": route.name, "enabled": route.enabled, "removed": is_removed}
        work.events.append(Event(EventKind.NOTIFICATION_ROUTE_CHANGED, self.clock.now(), payload, actor))

    def _log_schedule(self, work: UnitOfWork, schedule: OnCallSchedule, actor: str, *, is_removed: bool) -> None:
        payload = {"schedule_id": schedule.schedule_id, "name": schedule.name, "removed": is_removed}
        work.events.append(Event(EventKind.ON_CALL_CHANGED, self.clock.now(), payload, actor))


def _check_recipient(work: ReadUnitOfWork, recipient: Recipient) -> None:
    if recipient.kind is RecipientKind.ROLE:
        return
    target = int(recipient.target)
    if recipient.kind is RecipientKind.CHANNEL:
        channel = work.notifications.channels.get(target)
        is_there = channel is not None and channel.is_shared
    elif recipient.kind is RecipientKind.ON_CALL:
        is_there = work.notifications.on_call.get(target) is not None
    else:
        is_there = work.users.get(target) is not None
    if not is_there:
        raise InputInvalid("A step names someone or something that is not there any more.", field="recipients")


def _check_people(work: ReadUnitOfWork, schedule: OnCallSchedule) -> None:
    named = {slot.user_id for slot in schedule.slots}
    named |= {one.user_id for one in schedule.overrides if one.user_id is not None}
    if any(work.users.get(user_id) is None for user_id in named):
        raise InputInvalid("The schedule names someone who is not there any more.", field="slots")


def _no_route(route_id: int) -> NotFound:
    return NotFound("There is no route %(route)s.", route=route_id)


def _no_schedule(schedule_id: int) -> NotFound:
    return NotFound("There is no schedule %(schedule)s.", schedule=schedule_id)
