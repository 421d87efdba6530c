"""Hand-overs: whoever is on call from now on is told so, until when, and how many alerts wait."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.events import Event, EventKind
from webapp.domain.notifications.deliveries import PlannedStep
from webapp.domain.notifications.on_call import OnCallSchedule
from webapp.domain.notifications.routes import Notice, NoticeKind, Recipient, RecipientKind
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory

_SETTING = "on call now"
_Announced = Mapping[int, frozenset[int]]


@dataclass
class HandOverService:
    """Compares who is on call with who was told to be.

    Both are in one transaction with what is planned of it: a process that is killed tells nobody twice and leaves out
    nobody, and after hours in which nothing ran those are told whose turn it is then.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time.
        zone: returns whose clocks schedules mean.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    zone: Callable[[], tzinfo]
    _seen_event_id: int = field(default=-1, init=False)
    _next_at: datetime | None = field(default=None, init=False)

    def tend(self, last_event_id: int) -> bool:
        """Plan what is to be said; return whether there is any.

        Args:
            last_event_id: the newest event: without one, and before the next hand-over, nothing is read.
        """
        now = self.clock.now()
        if last_event_id == self._seen_event_id and (self._next_at is None or now < self._next_at):
            return False
        zone = self.zone()
        with self.unit_of_work.reading() as work:
            schedules = work.notifications.on_call.list()
            is_as_said = _announced(work) == _on_call(schedules, now, zone)
        if not is_as_said:
            with self.unit_of_work() as work:
                self._say(work, now, zone)
                work.commit()
        # Kept at the end: what fails is done again.
        changes = [hand_over.at for one in schedules if (hand_over := one.next_hand_over(now, zone))]
        self._seen_event_id, self._next_at = last_event_id, min(changes, default=None)
        return not is_as_said

    def _say(self, work: UnitOfWork, now: datetime, zone: tzinfo) -> None:
        schedules = work.notifications.on_call.list()
        before, after = _announced(work), _on_call(schedules, now, zone)
        for schedule in schedules:
            coming = after.get(schedule.schedule_id, frozenset()) - before.get(schedule.schedule_id, frozenset())
            for user_id in sorted(coming):
                self._say_to(work, schedule, user_id, now, zone)
        stored = {str(schedule_id): sorted(people) for schedule_id, people in after.items()}
        work.settings.put(_SETTING, json.dumps(stored))

    def _say_to(self, work: UnitOfWork, schedule: OnCallSchedule, user_id: int, now: datetime, zone: tzinfo) -> None:
        user = work.users.get(user_id)
        if user is None:
            return
        ends_at = schedule.ends_for(user_id, now, zone)
        until = f"{ends_at.astimezone(zone):%Y-%m-%d %H:%M}" if ends_at else ""
        payload = {"schedule_id": schedule.schedule_id, "schedule": schedule.name, "user": user.name, "until": until}
        event = work.events.append(Event(EventKind.ON_CALL_BEGAN, now, payload))
        # Of the lowest level: it keeps to the quiet hours of whoever it goes to.
        notice = Notice(event.event_id, NoticeKind.ON_CALL_BEGAN, now, AlertLevel.LOW, about=until)
        work.notifications.steps.add(PlannedStep(notice, 0, (Recipient(RecipientKind.PERSON, user_id),), now))


def _on_call(schedules: Sequence[OnCallSchedule], now: datetime, zone: tzinfo) -> _Announced:
    on_call = {one.schedule_id: one.on_call(now, zone) for one in schedules}
    return {schedule_id: people for schedule_id, people in on_call.items() if people}


def _announced(work: ReadUnitOfWork) -> _Announced:
    stored = json.loads(work.settings.get(_SETTING) or "{}")
    return {int(schedule_id): frozenset(people) for schedule_id, people in stored.items() if people}
