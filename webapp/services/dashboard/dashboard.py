"""What the dashboard shows, each time as of one moment; and the event log that keeps it up to date."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from webapp.domain.alerts.incidents import Incident
from webapp.domain.cameras.cameras import Camera
from webapp.domain.cameras.groups import is_in_group
from webapp.domain.events import Event
from webapp.domain.people.accounts import User
from webapp.domain.people.roles import Role
from webapp.domain.site.first_day import Progress
from webapp.services.alerts.escalation import waiting_incidents
from webapp.services.alerts.incidents import may_see, open_incidents
from webapp.services.cameras.cameras import existing_camera
from webapp.services.ports import Clock, IncidentFilter, ReadUnitOfWork, UnitOfWorkFactory
from webapp.services.site.damaged_databases import DamagedDatabase, damaged_database_of
from webapp.services.site.first_day import progress_within
from webapp.services.site.site_records import WaitingCamera, waiting_of

_RECENT = 5


@dataclass(frozen=True)
class Dashboard:
    """What the dashboard shows.

    Attributes:
        last_event_id: the newest event that is in it.
        cameras: all, by name.
        incidents: what is not resolved, newest first.
        damaged: what an admin has to be told of a database that was set aside; None: nothing.
        progress: how far the installation is set up, where an admin asks.
        waiting: the enabled cameras that lack a record.
    """

    last_event_id: int
    cameras: Sequence[Camera]
    incidents: Sequence[Incident]
    damaged: DamagedDatabase | None = field(default=None, kw_only=True)
    progress: Progress | None = field(default=None, kw_only=True)
    waiting: Sequence[WaitingCamera] = field(default=(), kw_only=True)


@dataclass(frozen=True)
class CameraDashboard(Dashboard):
    """What the page of one camera shows.

    Attributes:
        camera: the camera.
        recent: its newest incidents, resolved or not.
    """

    camera: Camera
    recent: Sequence[Incident]


@dataclass(frozen=True)
class Escalated:
    """What was passed on to the managers and is still waiting for anybody, newest first, as of an event."""

    last_event_id: int
    incidents: Sequence[Incident]


@dataclass(frozen=True)
class DashboardService:
    """The use cases behind the dashboard; each reads in one transaction, so that its parts fit together."""

    unit_of_work: UnitOfWorkFactory
    clock: Clock

    def all_cameras(self, viewer: User | None = None) -> Dashboard:
        """Return what the dashboard shows; to an admin also how far the installation is set up."""
        is_admin, now = viewer is not None and viewer.may(Role.ADMIN), self.clock.now()
        with self.unit_of_work.reading() as work:
            last_id, cameras = work.events.last_id(), work.cameras.list()
            return Dashboard(
                last_id,
                cameras,
                open_incidents(work),
                damaged=damaged_database_of(work),
                progress=progress_within(work, now) if is_admin else None,
                waiting=waiting_of(work, cameras, now),
            )

    def of_group(self, group: str) -> Dashboard:
        """Return what a wall screen shows: the cameras of a group and their alerts; of the empty text all."""
        with self.unit_of_work.reading() as work:
            cameras = [camera for camera in work.cameras.list() if is_in_group(camera, group)]
            there = {camera.camera_id for camera in cameras}
            # A test alert, and one whose camera was removed, belongs to no group: it is shown everywhere.
            incidents = [
                one for one in open_incidents(work) if not group or one.camera_id is None or one.camera_id in there
            ]
            return Dashboard(work.events.last_id(), cameras, incidents)

    def one_camera(self, camera_id: int, viewer: User) -> CameraDashboard:
        """Return what the page of one camera shows to a person.

        Raises:
            NotFound: there is no such camera.
        """
        with self.unit_of_work.reading() as work:
            camera, recent = existing_camera(work, camera_id), self._recent(work, camera_id, viewer)
            return CameraDashboard(
                work.events.last_id(), work.cameras.list(), open_incidents(work), camera=camera, recent=recent
            )

    def recent_of(self, camera_id: int, viewer: User) -> Sequence[Incident]:
        """Return the newest incidents of a camera that a person may see.

        Raises:
            NotFound: there is no such camera.
        """
        with self.unit_of_work.reading() as work:
            existing_camera(work, camera_id)
            return self._recent(work, camera_id, viewer)

    def escalated(self) -> Escalated:
        """Return what waits for the managers."""
        with self.unit_of_work.reading() as work:
            waiting = waiting_incidents(work, self.clock.now())
            return Escalated(work.events.last_id(), [incident for incident in waiting if incident.escalated_at])

    def last_event_id(self) -> int:
        """Return the newest event; 0 where nothing has happened yet."""
        with self.unit_of_work.reading() as work:
            return work.events.last_id()

    def events_after(self, event_id: int, *, limit: int) -> Sequence[Event]:
        """Return what happened behind an event, oldest first."""
        with self.unit_of_work.reading() as work:
            return work.events.after(event_id, limit=limit)

    def _recent(self, work: ReadUnitOfWork, camera_id: int, viewer: User) -> Sequence[Incident]:
        newest, now = work.incidents.search(IncidentFilter(camera_id=camera_id), limit=_RECENT), self.clock.now()
        return [incident for incident in newest if may_see(viewer, incident, now)]
