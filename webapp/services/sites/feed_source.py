"""What a site sends to its central instance: read from its own event log, never kept elsewhere."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from webapp.domain.alerts.incidents import Incident
from webapp.domain.events import Event, EventKind
from webapp.domain.insights.tallies import quarters_of, tallies_by_camera
from webapp.domain.people.releases import NEWEST_RELEASE
from webapp.domain.site.retention import RetentionRule
from webapp.domain.sites.feed import (
    MAX_PICTURE_BYTES,
    MOST_CAMERAS,
    MOST_DAYS_SENT,
    MOST_GONE,
    MOST_IN_BATCH,
    OPEN,
    FeedBatch,
    SentCamera,
    SentDay,
    SentIncident,
    SiteNote,
    sent_incident,
)
from webapp.domain.sites.sites import FeedPosition
from webapp.services.insights.insights import begin_of
from webapp.services.ports import Clock, IncidentFilter, ReadUnitOfWork, SnapshotStore, UnitOfWorkFactory

_EVENTS_AT_ONCE = 500


@dataclass(frozen=True)
class SentPicture:
    """An incident's picture as it leaves the site; an empty one says that there is none that can be sent."""

    incident_id: int
    taken_at: datetime
    jpeg: bytes


@dataclass(frozen=True)
class FeedSource:
    """Reads what is to be sent.

    Attributes:
        unit_of_work: opens transactions.
        snapshots: the alerts' pictures.
        clock: the time of day.
        zone: returns whose clocks the days mean.
        retention: returns how long is kept what is sent.
        newest_frame_at: returns when the newest picture of all cameras was analysed.
        sends_pictures: whether pictures may leave the site.
    """

    unit_of_work: UnitOfWorkFactory
    snapshots: SnapshotStore
    clock: Clock
    zone: Callable[[], ZoneInfo]
    retention: Callable[[], RetentionRule]
    newest_frame_at: Callable[[], datetime | None] = lambda: None
    sends_pictures: bool = False

    def last_event_id(self) -> int:
        """Return the newest event of the log."""
        with self.unit_of_work.reading() as work:
            return work.events.last_id()

    def next_batch(self, position: FeedPosition) -> FeedBatch | None:
        """Return what comes next for a central instance that has come so far; None where it has all.

        A log that is not the one that was followed, such as one that was put back from a backup, is begun anew: what
        is kept is sent in parts, and replaces what the central instance has.
        """
        with self.unit_of_work.reading() as work:
            if position.is_new or not _is_same_log(work, position):
                return _first_fill(work)
            if position.fill_after is not None:
                return _fill(work, position.fill_after, position.event_id, position.event_at)
            return _follow(work, position)

    def note(self, batch: FeedBatch | None, *, all_days: bool) -> SiteNote:
        """Return what the site says of itself; with the figures of the last days, of the batch's and of today's."""
        zone, rule = self.zone(), self.retention()
        today = self.clock.now().astimezone(zone).date()
        days = {today - timedelta(days=back) for back in range(MOST_DAYS_SENT if all_days else 2)}
        days |= {one.opened_at.astimezone(zone).date() for one in (batch.incidents if batch else ())}
        with self.unit_of_work.reading() as work:
            cameras = [SentCamera(one.camera_id, one.name, one.state, one.state_since) for one in work.cameras.list()]
            figures = _days(work, sorted(days)[-MOST_DAYS_SENT:], zone)
        return SiteNote(
            version=NEWEST_RELEASE,
            time_zone=zone.key,
            sends_pictures=self.sends_pictures,
            keep_incidents_days=rule.incidents,
            keep_pictures_days=rule.snapshots,
            newest_frame_at=self.newest_frame_at(),
            cameras=tuple(cameras[:MOST_CAMERAS]),
            days=tuple(figures),
        )

    def pictures(self, incident_ids: Sequence[int]) -> list[SentPicture]:
        """Return the pictures of some incidents, empty ones of those that are gone; none at all where none may leave.

        Raises:
            OSError: the pictures cannot be read right now.
        """
        if not self.sends_pictures:
            return []
        return [self._picture(incident_id) for incident_id in incident_ids]

    def _picture(self, incident_id: int) -> SentPicture:
        with self.unit_of_work.reading() as work:
            incident, name = work.incidents.get(incident_id), work.incidents.snapshot_name(incident_id)
        jpeg = (self.snapshots.read(name) if name else None) or b""
        taken_at = incident.snapshot_at if incident else None
        if taken_at is None or len(jpeg) > MAX_PICTURE_BYTES:
            return SentPicture(incident_id, self.clock.now(), b"")
        return SentPicture(incident_id, taken_at, jpeg)


def _is_same_log(work: ReadUnitOfWork, position: FeedPosition) -> bool:
    found = work.events.after(position.event_id - 1, limit=1)
    return bool(found) and found[0].event_id == position.event_id and found[0].at == position.event_at


def _first_fill(work: ReadUnitOfWork) -> FeedBatch | None:
    last_id = work.events.last_id()
    last = work.events.after(last_id - 1, limit=1)
    return _fill(work, 0, last_id, last[0].at) if last else None


def _fill(work: ReadUnitOfWork, fill_after: int, event_id: int, event_at: datetime | None) -> FeedBatch:
    found = work.incidents.after(fill_after, limit=MOST_IN_BATCH)
    fill_to = found[-1].incident_id if len(found) == MOST_IN_BATCH else None
    return FeedBatch(event_id, event_id, event_at, _sent(found), fill_after=fill_after, fill_to=fill_to)


def _follow(work: ReadUnitOfWork, position: FeedPosition) -> FeedBatch | None:
    touched, gone, last = dict[int, None](), list[int](), None
    for event in work.events.after(position.event_id, limit=_EVENTS_AT_ONCE):
        about, deleted = _about(event), _deleted(event)
        if len(touched) + len(about) > MOST_IN_BATCH or len(gone) + len(deleted) + len(touched) > MOST_GONE:
            break
        touched |= dict.fromkeys(about)
        gone += deleted
        last = event
    if last is None:
        return None
    found = {one.incident_id: one for one in map(work.incidents.get, touched) if one is not None}
    gone += [incident_id for incident_id in touched if incident_id not in found]
    return FeedBatch(position.event_id, last.event_id, last.at, _sent(found.values()), tuple(dict.fromkeys(gone)))


def _about(event: Event) -> list[int]:
    return [event.incident_id] if event.incident_id is not None and event.kind.value.startswith("incident_") else []


def _deleted(event: Event) -> list[int]:
    return list(event.payload.get("incident_ids", ())) if event.kind is EventKind.DATA_DELETED else []


def _sent(incidents: Collection[Incident]) -> tuple[SentIncident, ...]:
    """Return what leaves the site of them: of test alerts nothing does."""
    return tuple(sent_incident(one) for one in incidents if not one.is_test)


def _days(work: ReadUnitOfWork, days: Sequence[date], zone: ZoneInfo) -> list[SentDay]:
    return [_day(work, day, zone) for day in days]


def _day(work: ReadUnitOfWork, day: date, zone: ZoneInfo) -> SentDay:
    wanted = IncidentFilter(
        opened_from=begin_of(day, zone), opened_before=begin_of(day + timedelta(days=1), zone), with_tests=False
    )
    summed, left = work.incidents.summed(wanted)
    tallies = [*summed, *(one for rest in left for one in tallies_by_camera(work.incidents.figures(rest)))]
    hours, outcomes = [0] * 24, dict[str, int]()
    for began_at, count in quarters_of(tallies):
        hours[began_at.astimezone(zone).hour] += count
    for one in tallies:
        for outcome, count in one.outcomes.items():
            outcomes[outcome.value if outcome else OPEN] = outcomes.get(outcome.value if outcome else OPEN, 0) + count
    return SentDay(day, tuple(hours), outcomes)
