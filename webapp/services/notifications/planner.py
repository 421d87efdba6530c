"""What happens becomes steps: the event log is followed, and each step is planned in the transaction that says so.

The cursor and the steps up to it are one transaction, and a step of a route is planned once for an event: a process
that is killed at any moment leaves out nothing and plans nothing twice. Ids of events become visible in order, see
`web.live.event_tail`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from webapp.domain.alerts.incidents import Incident, IncidentState
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.events import Event, EventKind
from webapp.domain.notifications.deliveries import CancelReason, PlannedStep
from webapp.domain.notifications.routes import TO_ADMINS, Notice, NoticeKind, Route, Step, routes_in_force
from webapp.services.notifications.cancelling import cancel_camera, cancel_incident, revive_incident
from webapp.services.ports import Clock, UnitOfWork, UnitOfWorkFactory
from webapp.services.ports.notifications import QueueState

_BATCH = 200
# Of nothing that concerns nobody the cursor is stored only now and then: each time costs a write to the disk.
_CURSOR_EVERY = 100
# Between the time of an act and that of its event.
_AT_ONCE = timedelta(seconds=1)
_RISING = (EventKind.INCIDENT_PEAKED, EventKind.INCIDENT_CONTINUED, EventKind.INCIDENT_ENDED)
_TAKEN = (EventKind.INCIDENT_ACKNOWLEDGED, EventKind.INCIDENT_RESOLVED)
_GIVEN_BACK = (EventKind.INCIDENT_UNACKNOWLEDGED, EventKind.INCIDENT_REOPENED)
_FOLLOWED = frozenset(
    {
        EventKind.INCIDENT_OPENED,
        *_RISING,
        *_TAKEN,
        *_GIVEN_BACK,
        EventKind.CAMERA_STATE_CHANGED,
        EventKind.NOTIFICATION_CHANNEL_FAILED,
    }
)


@dataclass
class NotificationPlanner:
    """Follows the event log for all who are told.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time.
        zone: returns whose clocks the hours of routes mean.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    zone: Callable[[], tzinfo]
    _passed: int = field(default=0, init=False)

    def plan(self) -> bool:
        """Plan what has happened since the last time; return whether there is more of it."""
        with self.unit_of_work.reading() as work:
            state = work.notifications.queue.state()
            events = work.events.after(self._after(state), limit=_BATCH) if self.is_behind(state) else ()
        if not events or state.cursor is None:
            return False
        if any(event.kind in _FOLLOWED for event in events) or events[-1].event_id - state.cursor >= _CURSOR_EVERY:
            self._plan_all(events)
        self._passed = events[-1].event_id
        return len(events) == _BATCH

    def is_behind(self, state: QueueState) -> bool:
        """Return whether something has happened since the last time that somebody may have to be told of."""
        return state.has_channels and state.cursor is not None and self._after(state) < state.last_event_id

    def _after(self, state: QueueState) -> int:
        return max(state.cursor or 0, self._passed)

    def _plan_all(self, events: Sequence[Event]) -> None:
        zone = self.zone()
        with self.unit_of_work() as work:
            # Between reading and locking another process may have planned some of them.
            cursor = work.notifications.queue.state().cursor or 0
            for event in events:
                if event.event_id > cursor:
                    self._follow(work, event, zone)
            work.notifications.queue.set_cursor(max(cursor, events[-1].event_id))
            work.commit()

    def _follow(self, work: UnitOfWork, event: Event, zone: tzinfo) -> None:
        at = self.clock.now()
        if event.kind is EventKind.CAMERA_STATE_CHANGED:
            self._camera_changed(work, event, zone)
        elif event.kind is EventKind.NOTIFICATION_CHANNEL_FAILED:
            about = str(event.payload.get("channel", ""))
            notice = Notice(event.event_id, NoticeKind.CHANNEL_FAILED, event.at, about=about)
            work.notifications.steps.add(_planned(notice, TO_ADMINS, event.at))
        elif event.incident_id is not None and event.kind in _FOLLOWED:
            incident = work.incidents.get(event.incident_id)
            if incident is None:
                return
            if event.kind in _TAKEN:
                if incident.state is not IncidentState.NEW:
                    cancel_incident(work, incident.incident_id, CancelReason.ACKNOWLEDGED, at)
            elif incident.state is IncidentState.NEW:
                self._alert(work, event, incident, zone)

    def _alert(self, work: UnitOfWork, event: Event, incident: Incident, zone: tzinfo) -> None:
        if event.kind is EventKind.INCIDENT_OPENED or _waits_anew(event, incident):
            _plan_routes(work, _notice(event, incident, event.event_id), zone)
        elif event.kind in _GIVEN_BACK:
            revive_incident(work, incident.incident_id, self.clock.now())
        else:
            _plan_risen(work, event, incident, zone)

    def _camera_changed(self, work: UnitOfWork, event: Event, zone: tzinfo) -> None:
        camera_id = event.payload.get("camera_id")
        if not isinstance(camera_id, int):
            return
        if event.payload.get("state") != CameraState.OFFLINE:
            cancel_camera(work, camera_id, self.clock.now())
        elif datetime.fromisoformat(event.payload["since"]) == event.at:  # Else it was away before, for another reason.
            about, kind = str(event.payload.get("camera", "")), NoticeKind.CAMERA_OFFLINE
            _plan_routes(work, Notice(event.event_id, kind, event.at, camera_id=camera_id, about=about), zone)


def _waits_anew(event: Event, incident: Incident) -> bool:
    """Return whether an alert was reopened for whoever comes, instead of a slip that was undone a moment later."""
    since = incident.waits_again_at
    return event.kind is EventKind.INCIDENT_REOPENED and since is not None and abs(event.at - since) < _AT_ONCE


def _notice(event: Event, incident: Incident, event_id: int) -> Notice:
    level = AlertLevel(event.payload.get("level", incident.level.value))
    return Notice(
        event_id,
        NoticeKind.ALERT,
        event.at,
        level,
        incident.incident_id,
        incident.camera_id,
        incident.camera_name,
        incident.is_test,
    )


def _plan_routes(work: UnitOfWork, notice: Notice, zone: tzinfo, *, without: frozenset[int] = frozenset()) -> None:
    camera = work.cameras.get(notice.camera_id) if notice.camera_id else None
    for route in routes_in_force(work.notifications.routes.list()):
        if route.route_id not in without and route.takes(notice, camera, zone):
            for step in route.steps:
                work.notifications.steps.add(_planned(notice, step, step.due_at(notice.begun_at), route))


def _plan_risen(work: UnitOfWork, event: Event, incident: Incident, zone: tzinfo) -> None:
    """Plan the routes that an alert reaches only now that its level has risen."""
    routes = work.notifications.routes.list()
    if all(route.least_level is AlertLevel.LOW for route in routes):
        return
    planned = work.notifications.steps.of_incident(incident.incident_id)
    # The steps of one round share its event: that is how a channel is told of each minute once.
    event_id = max((step.notice.event_id for step in planned), default=event.event_id)
    begun = frozenset(step.route_id or 0 for step in planned if step.notice.event_id == event_id)
    _plan_routes(work, _notice(event, incident, event_id), zone, without=begun)


def _planned(notice: Notice, step: Step, due_at: datetime, route: Route | None = None) -> PlannedStep:
    return PlannedStep(notice, step.after_min, step.recipients, due_at, route_id=route.route_id if route else None)
