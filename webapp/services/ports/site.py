"""What the use cases need of the database about this installation: its log, its settings, and what is old."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from webapp.domain.alerts.incidents import Incident
from webapp.domain.events import Event, EventKind
from webapp.domain.people.audit import AuditFilter
from webapp.domain.site.compliance.visits import KeptOfVisit, Place, Visit
from webapp.domain.site.retention import KeptKind
from webapp.domain.site.site_records import SiteRecord


class EventRepository(Protocol):
    """The append-only event log."""

    def append(self, event: Event) -> Event:
        """Store an event and return it with its id."""

    def after(self, event_id: int, *, limit: int) -> Sequence[Event]:
        """Return the events behind an id, oldest first."""

    def of_incident(self, incident_id: int) -> Sequence[Event]:
        """Return one incident's timeline, oldest first."""

    def last_id(self, kinds: Collection[EventKind] = ()) -> int:
        """Return the newest id of all events, or of those of some kinds; 0 where there is none."""

    def search(self, wanted: AuditFilter, *, limit: int, offset: int = 0) -> Sequence[Event]:
        """Return matching events, newest first."""

    def count(self, wanted: AuditFilter) -> int:
        """Return how many match."""


class SettingRepository(Protocol):
    """Small facts about this installation."""

    def get(self, key: str) -> str | None:
        """Return a value."""

    def put(self, key: str, value: str) -> None:
        """Store a value."""


class SiteRecordRepository(Protocol):
    """What is on record about the site: it is added to, and never changed."""

    def add(self, record: SiteRecord) -> SiteRecord:
        """Store a record and return it with its id."""

    def list(self) -> Sequence[SiteRecord]:
        """Return all, oldest first."""


class RetentionRepository(Protocol):
    """Counts and deletes what is old, whatever it is."""

    def count(self, kind: KeptKind, before: datetime | None) -> int:
        """Return how many are older; with None, how many there are."""

    def snapshot_names(self, before: datetime, *, limit: int) -> Sequence[str]:
        """Return the pictures that `delete` will take next, oldest first."""

    def delete(self, kind: KeptKind, before: datetime, *, limit: int) -> int:
        """Delete some that are older, oldest first, with what belongs to them; return how many."""


@dataclass(frozen=True)
class RemovedOfVisit:
    """What one step of a deletion removed.

    Attributes:
        counts: how much of each kind.
        snapshots: the names of pictures whose rows are gone; their files go before the step is kept.
        incident_ids: the alerts that are gone.
    """

    counts: KeptOfVisit
    snapshots: Sequence[str]
    incident_ids: Sequence[int] = ()


class VisitRepository(Protocol):
    """What is kept of a place and a time, whatever it is."""

    def places(self) -> Sequence[Place]:
        """Return the removed cameras of which alerts are kept, by name."""

    def incidents(self, visit: Visit, *, limit: int) -> Sequence[Incident]:
        """Return the alerts that reach into a visit, oldest first."""

    def open_ids(self, visit: Visit) -> Sequence[int]:
        """Return those of them that nobody has resolved."""

    def count(self, visit: Visit) -> KeptOfVisit:
        """Return how much the database holds."""

    def unknown_of(self, names: Collection[str]) -> Sequence[str]:
        """Return those of these pictures' names that no alert has."""

    def snapshot_names(self, visit: Visit, *, limit: int) -> Sequence[str]:
        """Return the pictures and clips of the alerts that `delete` will take next."""

    def delete(self, visit: Visit, *, limit: int) -> RemovedOfVisit:
        """Delete about so much: alerts whole, with what belongs to them, and of scores what lies in the visit's time.

        It is called again until nothing is removed.
        """
