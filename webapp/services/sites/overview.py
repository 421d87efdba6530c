"""What a central instance shows of its sites, to each person of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from webapp.domain.alerts.incidents import IncidentState
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.events import Event, EventKind
from webapp.domain.people.accounts import User
from webapp.domain.sites.feed import SentCamera, SentDay
from webapp.domain.sites.sites import RegisteredSite, SiteState
from webapp.services.alerts.incidents import OPEN_STATES
from webapp.services.insights.insights import begin_of
from webapp.services.ports import Clock, KeptIncident, ReadUnitOfWork, SiteIncidentFilter, UnitOfWork, UnitOfWorkFactory
from webapp.services.sites.registry import site_for, sites_of

DAYS_SHOWN = 30
_OFF = frozenset({CameraState.OFFLINE})


@dataclass(frozen=True)
class SiteSummary:
    """One site at a glance.

    Attributes:
        site: which.
        state: of its line.
        open_alerts: incidents that nobody has resolved.
        today: incidents of this day on its clocks.
        cameras: all of its cameras.
    """

    site: RegisteredSite
    state: SiteState
    open_alerts: int
    today: int
    cameras: Sequence[SentCamera]

    @property
    def online(self) -> int:
        """How many of its cameras give pictures."""
        return sum(camera.state.is_connected for camera in self.cameras)

    @property
    def offline(self) -> int:
        """How many of its cameras should, and do not."""
        return sum(camera.state in _OFF for camera in self.cameras)


@dataclass(frozen=True)
class SiteIncidentPage:
    """One page of a site's incidents, newest first; see `IncidentPage`."""

    incidents: Sequence[KeptIncident]
    total: int
    page: int
    page_size: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least 1."""
        return max(1, -(-self.total // self.page_size))


@dataclass(frozen=True)
class SiteOverview:
    """The use cases around what sites sent.

    Attributes:
        unit_of_work: opens transactions.
        clock: the time of day.
        silent_after: a site that has not spoken for so long is called silent.
    """

    unit_of_work: UnitOfWorkFactory
    clock: Clock
    silent_after: timedelta

    def summaries(self, user: User) -> Sequence[SiteSummary]:
        """Return the sites that a person sees, by name."""
        with self.unit_of_work.reading() as work:
            return [self._summary(work, site) for site in sites_of(work, user)]

    def all_summaries(self) -> Sequence[SiteSummary]:
        """Return all sites by name, for who administers the server."""
        with self.unit_of_work.reading() as work:
            return [self._summary(work, site) for site in work.sites.list()]

    def summary(self, user: User, site_id: int) -> SiteSummary:
        """Return one site.

        Raises:
            NotFound: there is none, or none that this person may see.
        """
        with self.unit_of_work.reading() as work:
            return self._summary(work, site_for(work, user, site_id))

    def incidents(
        self, user: User, site_id: int, wanted: SiteIncidentFilter, *, page: int = 1, page_size: int = 25
    ) -> SiteIncidentPage:
        """Return one page of a site's incidents.

        Raises:
            NotFound: there is no such site, or none that this person may see.
        """
        with self.unit_of_work.reading() as work:
            site_for(work, user, site_id)
            total, offset = work.site_log.count(site_id, wanted), (max(page, 1) - 1) * page_size
            found = work.site_log.search(site_id, wanted, limit=page_size, offset=offset)
        return SiteIncidentPage(found, total, max(page, 1), page_size)

    def day(self, site: RegisteredSite, day: date, states: tuple[IncidentState, ...] = ()) -> SiteIncidentFilter:
        """Return what leaves the incidents of one day on a site's clocks."""
        zone = zone_of(site)
        begin, end = begin_of(day, zone), begin_of(day + timedelta(days=1), zone)
        return SiteIncidentFilter(states, opened_from=begin, opened_before=end)

    def days(self, user: User, site_id: int, count: int = DAYS_SHOWN) -> Sequence[SentDay]:
        """Return the figures of a site's last days, also of those on which nothing happened.

        Raises:
            NotFound: there is no such site, or none that this person may see.
        """
        with self.unit_of_work.reading() as work:
            site = site_for(work, user, site_id)
            last = self.clock.now().astimezone(zone_of(site)).date()
            first = last - timedelta(days=count - 1)
            known = {one.day: one for one in work.site_log.days(site_id, first, last)}
        wanted = (first + timedelta(days=number) for number in range(count))
        return [known.get(day, SentDay(day, (0,) * 24, {})) for day in wanted]

    def picture(self, user: User, site_id: int, incident_id: int) -> bytes | None:
        """Return an incident's picture and note who viewed it; None where there is none.

        Raises:
            NotFound: there is no such site, or none that this person may see.
        """
        with self.unit_of_work.reading() as work:
            site = site_for(work, user, site_id)
            jpeg = work.site_log.picture(site_id, incident_id) if site.shows_pictures else None
        if jpeg is not None:
            self._note_view(site, incident_id, user)
        return jpeg

    def _note_view(self, site: RegisteredSite, incident_id: int, user: User) -> None:
        payload = {"site": site.name, "site_id": site.site_id, "incident": incident_id}
        event = Event(EventKind.SITE_PICTURE_VIEWED, self.clock.now(), payload, user.name)

        def note(work: UnitOfWork) -> None:
            work.events.append(event)

        self.unit_of_work.by_the_way(note)

    def _summary(self, work: ReadUnitOfWork, site: RegisteredSite) -> SiteSummary:
        now, site_id = self.clock.now(), site.site_id
        today = self.day(site, now.astimezone(zone_of(site)).date())
        return SiteSummary(
            site,
            site.state(now, self.silent_after),
            work.site_log.count(site_id, SiteIncidentFilter(OPEN_STATES)),
            work.site_log.count(site_id, today),
            work.site_log.cameras(site_id),
        )


def zone_of(site: RegisteredSite) -> ZoneInfo:
    """Return whose clocks a site's days mean; what it says is not known everywhere."""
    try:
        return ZoneInfo(site.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
