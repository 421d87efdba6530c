"""What the use cases need of the database about many sites: who they are, who sees them, and what they sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from webapp.domain.alerts.incidents import IncidentState, Outcome
from webapp.domain.sites.feed import SentCamera, SentDay, SentIncident, SiteNote
from webapp.domain.sites.sites import FeedPosition, RegisteredSite, SiteAccess


class SiteRepository(Protocol):
    """The sites of a central instance, and who sees which."""

    def has_any(self) -> bool:
        """Return whether a site is registered."""

    def list(self) -> Sequence[RegisteredSite]:
        """Return all by name."""

    def get(self, site_id: int) -> RegisteredSite | None:
        """Return one."""

    def find(self, token_hash: str, *, for_update: bool = False) -> RegisteredSite | None:
        """Return the one whose token it is; with `for_update` nobody else changes it before this unit of work ends."""

    def find_named(self, name: str) -> RegisteredSite | None:
        """Return the one of that name, without regard to case."""

    def add(self, site: RegisteredSite, token_hash: str) -> RegisteredSite:
        """Store a new one and return it with its id."""

    def set_token(self, site_id: int, token_hash: str | None) -> None:
        """Store the hash of another token, or none: nothing opens the feed then."""

    def set_takes_pictures(self, site_id: int, takes_pictures: bool) -> None:
        """Store whether pictures are taken from it."""

    def set_silent(self, site_id: int, since: datetime | None) -> None:
        """Store since when it is known not to speak, or that it does."""

    def set_position(self, site_id: int, position: FeedPosition) -> None:
        """Store how far its log has been followed."""

    def note(self, site_id: int, note: SiteNote, at: datetime) -> None:
        """Store what it said of itself, and when."""

    def remove(self, site_id: int) -> None:
        """Delete one with all that it sent."""

    def access_of(self, user_id: int) -> SiteAccess:
        """Return which sites a person was given."""

    def give_access(self, user_id: int, access: SiteAccess) -> None:
        """Store which sites a person sees."""


@dataclass(frozen=True)
class SiteIncidentFilter:
    """Which incidents of one site a list shows; None shows all. `opened_before` is exclusive."""

    states: tuple[IncidentState, ...] = ()
    outcome: Outcome | None = None
    opened_from: datetime | None = None
    opened_before: datetime | None = None


@dataclass(frozen=True)
class KeptIncident:
    """An incident of a site as it is kept; `has_picture` says whether its picture is here."""

    incident: SentIncident
    has_picture: bool


class SiteLogRepository(Protocol):
    """What the sites sent."""

    def put(self, site_id: int, incidents: Collection[SentIncident], at: datetime) -> None:
        """Store incidents, new ones and those that are here already; `at` is when they came."""

    def remove(self, site_id: int, incident_ids: Collection[int]) -> None:
        """Delete incidents with their pictures."""

    def remove_others(self, site_id: int, kept: Collection[int], after: int, to: int | None) -> None:
        """Delete all behind `after`, and up to `to` where that is given, but for those that are kept."""

    def remove_old(self, site_id: int, incidents_before: datetime, pictures_before: datetime) -> int:
        """Delete what was opened, or came, before a time and has ended, and older pictures; return how much."""

    def trim(self, site_id: int, most_incidents: int, most_pictures: int) -> None:
        """Delete the oldest beyond so many."""

    def get(self, site_id: int, incident_id: int) -> KeptIncident | None:
        """Return one."""

    def search(
        self, site_id: int, wanted: SiteIncidentFilter, *, limit: int, offset: int = 0
    ) -> Sequence[KeptIncident]:
        """Return those of one site, newest first."""

    def count(self, site_id: int, wanted: SiteIncidentFilter) -> int:
        """Return how many match."""

    def counts(self, wanted: SiteIncidentFilter) -> Mapping[int, int]:
        """Return how many match, by site."""

    def wanting_pictures(self, site_id: int, *, limit: int, since: datetime) -> Sequence[int]:
        """Return the incidents whose newest picture is not here, the newest first."""

    def put_picture(self, site_id: int, incident_id: int, jpeg: bytes | None, taken_at: datetime) -> None:
        """Store an incident's picture, in place of an earlier one; or that there is none."""

    def picture(self, site_id: int, incident_id: int) -> bytes | None:
        """Return an incident's picture."""

    def remove_pictures(self, site_id: int) -> None:
        """Delete all pictures of a site."""

    def put_cameras(self, site_id: int, cameras: Collection[SentCamera]) -> None:
        """Store the cameras of a site, in place of those before."""

    def cameras(self, site_id: int) -> Sequence[SentCamera]:
        """Return the cameras of a site by name."""

    def all_cameras(self) -> Mapping[int, Sequence[SentCamera]]:
        """Return the cameras of all sites, by site."""

    def put_days(self, site_id: int, days: Collection[SentDay]) -> None:
        """Store figures of days; those that are here already are replaced."""

    def days(self, site_id: int, first: date, last: date) -> Sequence[SentDay]:
        """Return the figures from a day to another, oldest first; days without any are missing."""

    def remove_days(self, site_id: int, before: date) -> None:
        """Delete figures of earlier days."""
