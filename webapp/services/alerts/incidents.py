"""Incidents: taken by staff, resolved, and read by managers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from webapp.domain.alerts.clips import KeptClip
from webapp.domain.alerts.incidents import Incident, IncidentState, Outcome
from webapp.domain.events import Event, EventKind
from webapp.domain.insights.scores import ScoreMoment
from webapp.domain.people.accounts import User
from webapp.domain.people.audit import NOT_TOLD
from webapp.domain.people.roles import Role
from webapp.errors import IncidentConflict, InputInvalid, NotFound
from webapp.services.checks import checked_note, parse_choice
from webapp.services.ports import (
    NEWEST_FIRST,
    Clock,
    IncidentFilter,
    IncidentOrder,
    ReadUnitOfWork,
    SnapshotStore,
    UnitOfWork,
    UnitOfWorkFactory,
)

MAX_NOTE_LENGTH = 2000
MAX_AT_ONCE = 200
OPEN_STATES = (IncidentState.NEW, IncidentState.ACKNOWLEDGED)


@dataclass(frozen=True)
class IncidentPage:
    """One page of the log.

    Attributes:
        incidents: in the order asked for.
        total: how many match on all pages.
        page: from 1.
        page_size: incidents on a full page.
    """

    incidents: Sequence[Incident]
    total: int
    page: int
    page_size: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least 1."""
        return max(1, -(-self.total // self.page_size))


@dataclass(frozen=True)
class BulkResolution:
    """What became of incidents that were to be settled together.

    Attributes:
        resolved: how many are settled now.
        left: how many were settled before, or are gone; nothing was changed there.
    """

    resolved: int
    left: int


@dataclass(frozen=True)
class IncidentHistory:
    """One incident and all that is known of it.

    Attributes:
        incident: the incident.
        timeline: what happened to it, oldest first.
        moments: its score over time, oldest first; empty where none was kept.
    """

    incident: Incident
    timeline: Sequence[Event]
    moments: Sequence[ScoreMoment]


@dataclass(frozen=True)
class IncidentService:
    """The use cases around incidents."""

    unit_of_work: UnitOfWorkFactory
    snapshots: SnapshotStore
    clock: Clock

    def open_incidents(self, limit: int = 200) -> Sequence[Incident]:
        """Return what is not resolved, newest first."""
        with self.unit_of_work.reading() as work:
            return open_incidents(work, limit)

    def get(self, incident_id: int) -> Incident:
        """Return one incident.

        Raises:
            NotFound: there is none with this id.
        """
        with self.unit_of_work.reading() as work:
            return existing_incident(work, incident_id)

    def history(self, incident_id: int, viewer: User | None = None) -> IncidentHistory:
        """Return one incident and all that is known of it; pictures and clips are no news of it.

        Raises:
            NotFound: there is none with this id, or none that the viewer may see.
        """
        with self.unit_of_work.reading() as work:
            incident = existing_incident(work, incident_id, viewer=viewer, now=self.clock.now())
            events, moments = work.events.of_incident(incident_id), work.scores.of_incident(incident_id)
        return IncidentHistory(incident, [event for event in events if event.kind not in NOT_TOLD], moments)

    def snapshot_for(self, viewer: User, incident_id: int) -> bytes | None:
        """Return the incident's picture as JPEG, or None where there is none that this person may see."""
        with self.unit_of_work.reading() as work:
            incident = work.incidents.get(incident_id)
            is_theirs = incident is not None and may_see(viewer, incident, self.clock.now())
            name = work.incidents.snapshot_name(incident_id) if is_theirs else None
        return self.snapshots.read(name) if name else None

    def clip_for(self, viewer: User, incident_id: int) -> tuple[KeptClip, bytes] | None:
        """Return the incident's clip and its file, or None where there is none that this person may see."""
        with self.unit_of_work.reading() as work:
            incident = work.incidents.get(incident_id)
            is_theirs = incident is not None and may_see(viewer, incident, self.clock.now())
            kept = work.incidents.clip_of(incident_id) if is_theirs else None
        webm = self.snapshots.read(kept.name) if kept else None
        return (kept, webm) if kept and webm is not None else None

    def snapshot(self, incident_id: int) -> bytes | None:
        """Return the incident's picture as JPEG, or None where there is none."""
        with self.unit_of_work.reading() as work:
            name = work.incidents.snapshot_name(incident_id)
        return self.snapshots.read(name) if name else None

    def search(
        self, wanted: IncidentFilter, *, page: int = 1, page_size: int = 25, order: IncidentOrder = NEWEST_FIRST
    ) -> IncidentPage:
        """Return one page of the log."""
        with self.unit_of_work.reading() as work:
            total = work.incidents.count(wanted)
            offset = (max(page, 1) - 1) * page_size
            found = work.incidents.search(wanted, limit=page_size, offset=offset, order=order, total=total)
        return IncidentPage(found, total, max(page, 1), page_size)

    def people(self) -> Sequence[str]:
        """Return the names of all who ever acknowledged or resolved an incident."""
        with self.unit_of_work.reading() as work:
            return work.incidents.people()

    def acknowledge(self, incident_id: int, by: str) -> Incident:
        """Take an incident: the first person wins.

        Raises:
            NotFound: there is no such incident.
            IncidentConflict: someone was first; the message says who.
        """
        with self.unit_of_work() as work:
            incident = existing_incident(work, incident_id, for_update=True).acknowledge(by, self.clock.now())
            self._store(work, incident, EventKind.INCIDENT_ACKNOWLEDGED, by)
        return incident

    def resolve(self, incident_id: int, by: str, outcome: str, note: str = "") -> Incident:
        """Settle an incident; whoever did not acknowledge it before has not acknowledged it by that.

        Raises:
            NotFound: there is no such incident.
            InputInvalid: the outcome is unknown or the note too long.
            IncidentConflict: it is resolved already; the message says by whom.
        """
        checked = parse_choice(Outcome, outcome, "outcome")
        kept_note = checked_note(note, MAX_NOTE_LENGTH)
        with self.unit_of_work() as work:
            incident = existing_incident(work, incident_id, for_update=True)
            incident = incident.resolve(by, self.clock.now(), checked, kept_note)
            self._store(work, incident, EventKind.INCIDENT_RESOLVED, by)
        return incident

    def resolve_many(self, incident_ids: Sequence[int], by: str, outcome: str, note: str = "") -> BulkResolution:
        """Settle incidents one by one, each with its own event; who was first with one stays first.

        Raises:
            InputInvalid: there are none or too many, the outcome is unknown, or the note is too long.
        """
        wanted = list(dict.fromkeys(incident_ids))
        if not 1 <= len(wanted) <= MAX_AT_ONCE:
            raise InputInvalid(
                "Expected 1 to %(max_at_once)s incidents to resolve, got %(count)s. Mark some first.",
                max_at_once=MAX_AT_ONCE,
                count=len(wanted),
            )
        resolved = sum(self._could_resolve(incident_id, by, outcome, note) for incident_id in wanted)
        return BulkResolution(resolved, len(wanted) - resolved)

    def _could_resolve(self, incident_id: int, by: str, outcome: str, note: str) -> bool:
        try:
            self.resolve(incident_id, by, outcome, note)
        except (IncidentConflict, NotFound):
            return False
        return True

    def undo(self, incident_id: int, by: str) -> Incident:
        """Take back what the same person did to an incident a moment ago.

        Raises:
            NotFound: there is no such incident.
            IncidentConflict: the last act was another's, or too long ago; the message says which.
        """
        with self.unit_of_work() as work:
            before = existing_incident(work, incident_id, for_update=True)
            was_resolved = before.state is IncidentState.RESOLVED
            kind = EventKind.INCIDENT_REOPENED if was_resolved else EventKind.INCIDENT_UNACKNOWLEDGED
            incident = before.undo(by, self.clock.now())
            self._store(work, incident, kind, by)
        return incident

    def _store(self, work: UnitOfWork, incident: Incident, kind: EventKind, by: str) -> None:
        work.incidents.update(incident)
        event = Event(kind, self.clock.now(), incident_payload(incident), by, incident.incident_id)
        work.events.append(event)
        work.commit()


def may_see(viewer: User, incident: Incident, now: datetime) -> bool:
    """Return whether a person may see an incident: managers all of them, staff what is open or recent."""
    return viewer.may(Role.MANAGER) or incident.is_for_staff(now)


def open_incidents(work: ReadUnitOfWork, limit: int = 200) -> Sequence[Incident]:
    """Return what is not resolved, newest first, within a transaction."""
    return work.incidents.search(IncidentFilter(states=OPEN_STATES), limit=limit)


def incident_payload(incident: Incident) -> dict[str, object]:
    """Return an incident as the event log, the sockets and the API send it: JSON-ready, times in ISO 8601."""
    return {
        "incident_id": incident.incident_id,
        "camera_id": incident.camera_id,
        "camera": incident.camera_name,
        "emotion": incident.emotion.value,
        "state": incident.state.value,
        "message": incident.message,
        "started_at": incident.started_at.isoformat(),
        "opened_at": incident.opened_at.isoformat(),
        "ended_at": incident.ended_at.isoformat() if incident.ended_at else None,
        "duration_s": incident.duration_s,
        "peak_score": round(incident.peak_score, 4),
        "level": incident.level.value,
        "again": _again_payload(incident),
        "acknowledged_by": incident.acknowledged_by,
        "acknowledged_at": incident.acknowledged_at.isoformat() if incident.acknowledged_at else None,
        "never_acknowledged": incident.was_never_acknowledged,
        "resolved_by": incident.resolved_by,
        "resolved_at": incident.resolved_at.isoformat() if incident.resolved_at else None,
        "outcome": incident.outcome.value if incident.outcome else None,
        "note": incident.note,
        "has_snapshot": incident.has_snapshot,
        "snapshot_at": incident.snapshot_at.isoformat() if incident.snapshot_at else None,
        "snapshot_face_xyxy": incident.snapshot_face_xyxy,
        "has_clip": incident.has_clip,
        "reminders": incident.reminders,
        "escalated_at": incident.escalated_at.isoformat() if incident.escalated_at else None,
        "is_test": incident.is_test,
    }


def _again_payload(incident: Incident) -> dict[str, object] | None:
    again = incident.again
    if again is None:
        return None
    return {
        "incident_id": again.incident_id,
        "resolved_by": again.resolved_by,
        "resolved_at": again.resolved_at.isoformat(),
    }


def existing_incident(
    work: ReadUnitOfWork,
    incident_id: int,
    *,
    for_update: bool = False,
    viewer: User | None = None,
    now: datetime | None = None,
) -> Incident:
    """Return an incident, within a transaction.

    Raises:
        NotFound: there is none with this id; or, where it is for someone now, none that this person may see.
    """
    incident = work.incidents.get(incident_id, for_update=for_update)
    if incident is None or (viewer and now and not may_see(viewer, incident, now)):
        raise NotFound("There is no incident %(incident_id)s.", incident_id=incident_id)
    return incident
