"""Decisions that wait to be stored, and the incidents that come of them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from webapp.domain.alerts.decisions import AlertDecision
from webapp.domain.alerts.incidents import Incident
from webapp.domain.cameras.cameras import Camera
from webapp.domain.events import Event, EventKind
from webapp.services.alerts.incidents import incident_payload
from webapp.services.ports import IncidentFilter, ReadUnitOfWork, UnitOfWork

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class PendingDecision:
    """A decision that waits to be stored, with its picture."""

    camera: Camera
    decision: AlertDecision
    snapshot_jpeg: bytes | None

    @property
    def key(self) -> tuple[int, int]:
        """The camera, and which episode of its policy."""
        return self.camera.camera_id, self.decision.episode


def opened_incident(waiting: PendingDecision) -> Incident:
    """Return the incident that a decision opens."""
    decision = waiting.decision
    return Incident(
        camera_id=waiting.camera.camera_id,
        camera_name=waiting.camera.name,
        track_id=decision.track_id,
        emotion=decision.emotion,
        started_at=decision.started_at,
        opened_at=decision.at,
        peak_score=decision.peak_score,
        level=decision.level,
        seen_at=decision.seen_at,
        box_xyxy=decision.box_xyxy,
        snapshot_face_xyxy=decision.picture_face_xyxy,
    )


def followed_incident(incident: Incident, decision: AlertDecision) -> Incident:
    """Return an incident with what a decision says of its peak and of where the face is."""
    is_higher = decision.peak_score > incident.peak_score
    return replace(
        incident,
        peak_score=max(incident.peak_score, decision.peak_score),
        level=decision.level if is_higher else incident.level,
        seen_at=decision.seen_at or incident.seen_at,
        box_xyxy=decision.box_xyxy or incident.box_xyxy,
    )


def note_change(work: UnitOfWork, incident: Incident, kind: EventKind, at: datetime) -> None:
    """Store what became of an incident, with its event."""
    work.incidents.update(incident)
    work.events.append(event_of(incident, kind, at))


def event_of(incident: Incident, kind: EventKind, at: datetime) -> Event:
    """Return the event that something happened to an incident."""
    return Event(kind, at, incident_payload(incident), incident_id=incident.incident_id)


def stored_already(work: ReadUnitOfWork, incident: Incident) -> Incident | None:
    """Return the incident as an earlier try has stored it, whose answer got lost on its way; None: it has not."""
    at = incident.opened_at
    found = work.incidents.search(IncidentFilter(opened_from=at, opened_before=at + _INSTANT), limit=100)
    known = (incident.camera_name, incident.track_id, incident.started_at)
    return next((one for one in found if (one.camera_name, one.track_id, one.started_at) == known), None)
