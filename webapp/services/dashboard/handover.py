"""What someone missed while the dashboard was closed or hidden, wherever they had it open before."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from webapp.domain.alerts.incidents import is_for_dashboards, is_recent
from webapp.domain.events import Event
from webapp.domain.people.accounts import User
from webapp.domain.people.handover import Handover, hand_over
from webapp.domain.people.roles import Role
from webapp.services.ports import Clock, ReadUnitOfWork, UnitOfWorkFactory

# Anyone who only glanced at another window finds what came in the queue.
SHORTEST_ABSENCE = timedelta(minutes=1)
# Anyone who was away for longer reads the log; this many are read in a fraction of a second.
_MOST_EVENTS = 3000


@dataclass(frozen=True)
class Missed:
    """What a person missed.

    Attributes:
        news: what happened.
        since_at: when they last looked; None where they never did.
        last_event_id: up to where this goes; who has read it has seen so far.
    """

    news: Handover
    since_at: datetime | None
    last_event_id: int


@dataclass(frozen=True)
class HandoverService:
    """The use cases around coming back."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def missed(self, user: User) -> Missed:
        """Return what happened since someone looked; nothing where they never did, or did a moment ago."""
        with self.unit_of_work.reading() as work:
            newest = work.events.last_id()
            look = work.read_markers.get(user.user_id)
            if look is None:
                return Missed(Handover(), None, newest)
            if self.clock.now() - look.at < SHORTEST_ABSENCE:
                return Missed(Handover(), look.at, newest)
            begin = max(look.event_id, newest - _MOST_EVENTS)
            events = work.events.after(begin, limit=_MOST_EVENTS)
            reasons = {camera.camera_id: camera.state_reason for camera in work.cameras.list()}
        if not user.may(Role.MANAGER):
            events = [event for event in events if self._is_for_staff(event)]
        news = hand_over(events, user.name)
        cameras = [camera.now(reasons.get(camera.camera_id)) for camera in news.cameras]
        return Missed(replace(news, cameras=cameras), look.at, newest)

    def _is_for_staff(self, event: Event) -> bool:
        return event.incident_id is None or (is_recent(event.at, self.clock.now()) and is_for_dashboards(event))

    def look(self, user: User, event_id: int) -> None:
        """Keep how far someone has seen; what was seen on another device is not forgotten."""
        with self.unit_of_work() as work:
            seen = self._seen(work, user, event_id)
            work.read_markers.put(user.user_id, seen, self.clock.now())
            work.commit()

    def _seen(self, work: ReadUnitOfWork, user: User, event_id: int) -> int:
        before = work.read_markers.get(user.user_id)
        wanted = min(event_id, work.events.last_id())
        return max(wanted, before.event_id) if before else wanted
