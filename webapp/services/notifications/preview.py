"""Who would be told of something that happened now: for whoever sets routes, before it counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.notifications.deliveries import PlannedStep
from webapp.domain.notifications.routes import Notice, NoticeKind, Route, Step, routes_in_force
from webapp.services.notifications.fan_out import Target, targets_of_step
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWorkFactory


@dataclass(frozen=True)
class StepPreview:
    """A step that would fall due.

    Attributes:
        route: of which route; its id is 0 where it is the default.
        after_min: minutes after the alert.
        due_at: when that would be.
        targets: who would be told, and who not and why.
    """

    route: Route
    after_min: int
    due_at: datetime
    targets: Sequence[Target]


@dataclass(frozen=True)
class NotificationPreview:
    """Answers who would be told, by what holds at this moment.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time.
        zone: returns whose clocks routes, schedules and quiet hours mean.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    zone: Callable[[], tzinfo]

    def would_tell(
        self,
        camera_id: int | None,
        level: AlertLevel = AlertLevel.HIGH,
        kind: NoticeKind = NoticeKind.ALERT,
        at: datetime | None = None,
    ) -> Sequence[StepPreview]:
        """Return the steps that something would begin if nobody came, in the order in which they fall due.

        Args:
            camera_id: where; None for a test alert.
            level: of an alert.
            kind: one of `ROUTED_KINDS`.
            at: when; now by default.
        """
        begun_at, zone = at or self.clock.now(), self.zone()
        with self.unit_of_work.reading() as work:
            camera = work.cameras.get(camera_id) if camera_id else None
            notice = Notice(0, kind, begun_at, level, camera_id=camera_id, is_test=camera_id is None)
            routes = routes_in_force(work.notifications.routes.list())
            steps = [(step, route) for route in routes if route.takes(notice, camera, zone) for step in route.steps]
            return [
                _preview(work, notice, step, route, zone)
                for step, route in sorted(steps, key=lambda one: one[0].after_min)
            ]


def _preview(work: ReadUnitOfWork, notice: Notice, step: Step, route: Route, zone: tzinfo) -> StepPreview:
    due_at = step.due_at(notice.begun_at)
    planned = PlannedStep(notice, step.after_min, step.recipients, due_at)
    return StepPreview(route, step.after_min, due_at, tuple(targets_of_step(work, planned, due_at, zone)))
