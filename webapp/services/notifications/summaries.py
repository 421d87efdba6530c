"""The summary of the day before: planned once for a person and day, sent through the queue like all else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from webapp.domain.events import Event, EventKind
from webapp.domain.notifications.channels import ChannelKind, NotificationChannel
from webapp.domain.notifications.deliveries import CancelReason, PlannedStep, StepState
from webapp.domain.notifications.routes import Notice, NoticeKind, Recipient, RecipientKind
from webapp.domain.notifications.summaries import (
    DailySummary,
    SummaryWish,
    day_as_text,
    day_from_text,
    days_of_week_before,
    summary_of,
)
from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role
from webapp.errors import InputInvalid, PermissionDenied
from webapp.services.notifications.fan_out import new_delivery
from webapp.services.ports import Clock, IncidentFilter, ReadUnitOfWork, UnitOfWork, UnitOfWorkFactory


@dataclass(frozen=True)
class SummaryService:
    """The use cases around summaries. Figures are a manager's to read: whoever is none gets none.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time.
        zone: returns on whose clocks days begin and hours are meant.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    zone: Callable[[], ZoneInfo]

    def hour(self, user_id: int) -> int | None:
        """Return from which hour on a person wants the summary of the day before; None for never."""
        with self.unit_of_work.reading() as work:
            return work.notifications.preferences.summary_hour(user_id)

    def set_hour(self, user: User, hour: int | None) -> None:
        """Let a person want it from another hour on, or never. The first one never comes at once.

        Raises:
            InputInvalid: there is no such hour.
            PermissionDenied: figures are not the person's to read.
        """
        if hour is not None and not 0 <= hour <= 23:
            raise InputInvalid("Expected an hour from 0 to 23.", field="hour")
        if not user.may(Role.MANAGER):
            raise PermissionDenied("Only managers get the daily summary.")
        local = self._local(self.zone())
        with self.unit_of_work() as work:
            wants = work.notifications.preferences
            is_new = wants.summary_hour(user.user_id) is None
            wants.set_summary_hour(user.user_id, hour)
            if is_new and hour is not None and SummaryWish(user.user_id, hour).is_due(local):
                wants.plan_summary(user.user_id, local.date())
            work.commit()

    def plan(self) -> int:
        """Plan the summaries that are due, each in one transaction; return how many that were."""
        with self.unit_of_work.reading() as work:
            wishes = work.notifications.preferences.summary_wishes()
        if not wishes:
            return 0
        zone = self.zone()
        return sum(self._plan_one(wish.user_id, zone) for wish in wishes if wish.is_due(self._local(zone)))

    def _plan_one(self, user_id: int, zone: ZoneInfo) -> bool:
        with self.unit_of_work() as work:
            user = work.users.get(user_id)
            today = self._local(zone).date()
            # Marked and planned in one: whoever is killed in between has done neither, and tries again.
            if not work.notifications.preferences.plan_summary(user_id, today):
                return False
            is_wanted = user is not None and user.enabled and user.may(Role.MANAGER)
            if user is not None and is_wanted:
                self._add(work, user, today - timedelta(days=1), zone)
            work.commit()
        return is_wanted

    def _add(self, work: UnitOfWork, user: User, day: date, zone: ZoneInfo) -> None:
        now = self.clock.now()
        event = Event(EventKind.DAILY_SUMMARY_PLANNED, now, {"user": user.name, "day": day.isoformat()})
        event_id = work.events.append(event).event_id
        notice = Notice(event_id, NoticeKind.DAILY_SUMMARY, now, about=day_as_text(day, zone))
        to = (Recipient(RecipientKind.PERSON, user.user_id),)
        step = work.notifications.steps.add(PlannedStep(notice, 0, to, now, StepState.DONE))
        assert step is not None  # noqa: S101 - its event is new.
        channel = _mail_channel(work, user.user_id)
        delivery = new_delivery(step, channel, now, user_id=user.user_id)
        if channel is None:
            delivery = delivery.cancelled(CancelReason.NO_CHANNEL, now)
        # The database takes each key once: no second mail of a day can even be planned.
        work.notifications.deliveries.add(step, replace(delivery, key=_key(user, day)))

    def _local(self, zone: ZoneInfo) -> datetime:
        return self.clock.now().astimezone(zone)


def read_summary(work: ReadUnitOfWork, about: str) -> DailySummary:
    """Return the summary that a notice is about, as the log has it now."""
    day, zone = day_from_text(about)
    first, after = days_of_week_before(day)
    begin, end, before = (_begin(one, zone) for one in (day, day + timedelta(days=1), first))
    of_day = work.incidents.figures(IncidentFilter(opened_from=begin, opened_before=end))
    of_week = work.incidents.figures(IncidentFilter(opened_from=before, opened_before=_begin(after, zone)))
    camera_ids = {camera.name: camera.camera_id for camera in work.cameras.list()}
    return summary_of(day, of_day, of_week, camera_ids)


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _mail_channel(work: ReadUnitOfWork, user_id: int) -> NotificationChannel | None:
    own = work.notifications.channels.of_people([user_id])
    return next((one for one in own if one.kind is ChannelKind.EMAIL and one.enabled), None)


def _key(user: User, day: date) -> str:
    """Return the key of one person's summary of one day: the same whoever plans it, and another on another site."""
    return str(uuid5(NAMESPACE_URL, f"amends:summary:{user.user_id}:{user.created_at}:{day.isoformat()}"))
