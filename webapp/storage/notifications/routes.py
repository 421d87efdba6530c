"""Routes, people on call and what people want, over SQLAlchemy."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.schedule import OpeningHours
from webapp.domain.notifications.on_call import OnCallSchedule, overrides_from_list, slots_from_list
from webapp.domain.notifications.quiet_hours import NotificationPreferences
from webapp.domain.notifications.routes import NoticeKind, Route, Step
from webapp.domain.notifications.summaries import SummaryWish
from webapp.services.ports.notifications import NotificationPreferenceRepository, OnCallRepository, RouteRepository
from webapp.storage.db.notification_tables import NotificationPreferenceRow, NotificationRouteRow, OnCallScheduleRow
from webapp.storage.db.repository import SQLRepository


class SQLRouteRepository(SQLRepository, RouteRepository):
    """`RouteRepository` over SQLAlchemy."""

    def list(self) -> Sequence[Route]:
        return [
            _route(row) for row in self._session.scalars(select(NotificationRouteRow).order_by(NotificationRouteRow.id))
        ]

    def get(self, route_id: int) -> Route | None:
        row = self._session.get(NotificationRouteRow, route_id)
        return _route(row) if row else None

    def put(self, route: Route) -> Route:
        row = self._session.get_one(NotificationRouteRow, route.route_id) if route.route_id else NotificationRouteRow()
        row.name, row.kind, row.enabled = route.name, route.kind.value, route.enabled
        row.camera_ids, row.groups = list(route.camera_ids), list(route.groups)
        row.hours, row.least_level = route.hours.as_list(), route.least_level.value
        row.steps = [step.as_dict() for step in route.steps]
        self._session.add(row)
        self._session.flush()
        return _route(row)

    def remove(self, route_id: int) -> None:
        self._session.execute(delete(NotificationRouteRow).where(NotificationRouteRow.id == route_id))


class SQLOnCallRepository(SQLRepository, OnCallRepository):
    """`OnCallRepository` over SQLAlchemy."""

    def list(self) -> Sequence[OnCallSchedule]:
        return [
            _schedule(row) for row in self._session.scalars(select(OnCallScheduleRow).order_by(OnCallScheduleRow.id))
        ]

    def get(self, schedule_id: int) -> OnCallSchedule | None:
        row = self._session.get(OnCallScheduleRow, schedule_id)
        return _schedule(row) if row else None

    def put(self, schedule: OnCallSchedule) -> OnCallSchedule:
        is_new = not schedule.schedule_id
        row = OnCallScheduleRow() if is_new else self._session.get_one(OnCallScheduleRow, schedule.schedule_id)
        row.name, row.slots = schedule.name, schedule.slots_as_list()
        row.overrides = schedule.overrides_as_list()
        self._session.add(row)
        self._session.flush()
        return _schedule(row)

    def remove(self, schedule_id: int) -> None:
        self._session.execute(delete(OnCallScheduleRow).where(OnCallScheduleRow.id == schedule_id))


class SQLNotificationPreferenceRepository(SQLRepository, NotificationPreferenceRepository):
    """`NotificationPreferenceRepository` over SQLAlchemy."""

    def get(self, user_id: int) -> NotificationPreferences:
        row = self._session.get(NotificationPreferenceRow, user_id)
        if row is None:
            return NotificationPreferences()
        return NotificationPreferences(OpeningHours.from_list(row.quiet_hours), row.urgent_goes_through)

    def put(self, user_id: int, preferences: NotificationPreferences) -> None:
        quiet_hours = preferences.quiet_hours.as_list()
        goes_through = preferences.urgent_goes_through
        self._session.merge(
            NotificationPreferenceRow(user_id=user_id, quiet_hours=quiet_hours, urgent_goes_through=goes_through)
        )
        self._session.flush()

    def summary_hour(self, user_id: int) -> int | None:
        row = self._session.get(NotificationPreferenceRow, user_id)
        return row.summary_hour if row else None

    def set_summary_hour(self, user_id: int, hour: int | None) -> None:
        self.put(user_id, self.get(user_id))
        self._session.get_one(NotificationPreferenceRow, user_id).summary_hour = hour
        self._session.flush()

    def summary_wishes(self) -> Sequence[SummaryWish]:
        wanting = select(NotificationPreferenceRow).where(NotificationPreferenceRow.summary_hour.is_not(None))
        rows = self._session.scalars(wanting.order_by(NotificationPreferenceRow.user_id))
        return [SummaryWish(row.user_id, row.summary_hour or 0, row.summary_planned_on) for row in rows]

    def plan_summary(self, user_id: int, day: date) -> bool:
        row = self._session.get(NotificationPreferenceRow, user_id, with_for_update=True)
        if row is None or row.summary_hour is None or (row.summary_planned_on and row.summary_planned_on >= day):
            return False
        row.summary_planned_on = day
        self._session.flush()
        return True


def _route(row: NotificationRouteRow) -> Route:
    return Route(
        name=row.name,
        steps=tuple(map(Step.from_dict, row.steps)),
        kind=NoticeKind(row.kind),
        camera_ids=tuple(row.camera_ids),
        groups=tuple(row.groups),
        hours=OpeningHours.from_list(row.hours),
        least_level=AlertLevel(row.least_level),
        enabled=row.enabled,
        route_id=row.id,
    )


def _schedule(row: OnCallScheduleRow) -> OnCallSchedule:
    return OnCallSchedule(row.name, slots_from_list(row.slots), overrides_from_list(row.overrides), row.id)
