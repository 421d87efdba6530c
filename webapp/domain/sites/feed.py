"""What a site tells its central instance: no name of anybody, no address of a camera, no note."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from webapp.domain.alerts.incidents import Incident, IncidentState, Outcome
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import CameraState
from webapp.domain.vision.emotions import Emotion

# What one message holds at most; the central instance refuses more.
MOST_IN_BATCH = 100
MOST_GONE = 500
MOST_CAMERAS = 256
MOST_DAYS_SENT = 31
MAX_CAMERA_NAME = 120
MAX_PICTURE_BYTES = 1024 * 1024
JPEG_BEGINS = b"\xff\xd8\xff"
# The counts of a day that are no outcome: nobody has said yet how it ended.
OPEN = "open"


@dataclass(frozen=True)
class SentIncident:
    """An incident as it leaves its site. All times are aware UTC; see `Incident` for what each field means."""

    incident_id: int
    camera_name: str
    emotion: Emotion
    state: IncidentState
    level: AlertLevel
    started_at: datetime
    opened_at: datetime
    peak_score: float
    ended_at: datetime | None = None
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    outcome: Outcome | None = None
    escalated_at: datetime | None = None
    snapshot_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {name: _plain(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class SentCamera:
    """A camera as it leaves its site: its name and its state, never where it is."""

    camera_id: int
    name: str
    state: CameraState
    state_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {name: _plain(value) for name, value in vars(self).items()}


@dataclass(frozen=True)
class SentDay:
    """The incidents of one day on the site's clocks, counted.

    Attributes:
        day: which.
        hours: incidents by hour of the day, 24 of them.
        outcomes: incidents by how they ended; those that have not, under `OPEN`.
    """

    day: date
    hours: tuple[int, ...]
    outcomes: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many incidents there were."""
        return sum(self.hours)

    def as_json(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {"day": self.day.isoformat(), "hours": list(self.hours), "outcomes": dict(self.outcomes)}


@dataclass(frozen=True)
class SiteNote:
    """What a site says of itself with each message.

    Attributes:
        version: of Amends.
        time_zone: whose clocks its days mean.
        newest_frame_at: when its newest picture was analysed; None where there is none.
        sends_pictures: whether pictures may leave it.
        keep_incidents_days: after so many days it deletes alerts.
        keep_pictures_days: after so many days it deletes pictures.
        cameras: all of its cameras.
        days: figures of days; those that are not among them stay as they are.
    """

    version: str
    time_zone: str
    sends_pictures: bool
    keep_incidents_days: int
    keep_pictures_days: int
    newest_frame_at: datetime | None = None
    cameras: tuple[SentCamera, ...] = ()
    days: tuple[SentDay, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        lists = {"cameras": [one.as_json() for one in self.cameras], "days": [one.as_json() for one in self.days]}
        return {name: _plain(value) for name, value in vars(self).items()} | lists


@dataclass(frozen=True)
class FeedBatch:
    """A part of what happened at a site, by its event log; or of what it kept before that is followed.

    Attributes:
        after: the event up to which the central instance has followed; it takes the batch only then.
        event_id: the event up to which it has followed with this batch.
        event_at: when that happened; None where the log is empty.
        incidents: those that these events are about, as they are now.
        gone: the ids of those that are deleted.
        fill_after: of a part of what was kept before: incidents behind this id, and no other one up to `fill_to`.
        fill_to: the last id of that part; None where it is the last part.
    """

    after: int
    event_id: int
    event_at: datetime | None
    incidents: tuple[SentIncident, ...] = ()
    gone: tuple[int, ...] = ()
    fill_after: int | None = None
    fill_to: int | None = None

    @property
    def is_fill(self) -> bool:
        """Whether it is a part of what was kept before."""
        return self.fill_after is not None

    def as_json(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        lists = {"incidents": [one.as_json() for one in self.incidents], "gone": list(self.gone)}
        return {name: _plain(value) for name, value in vars(self).items()} | lists


def sent_incident(incident: Incident) -> SentIncident:
    """Return what leaves a site of an incident: what staff did and when, not who did it, and not what they noted."""
    return SentIncident(
        incident_id=incident.incident_id,
        camera_name=incident.camera_name,
        emotion=incident.emotion,
        state=incident.state,
        level=incident.level,
        started_at=incident.started_at,
        opened_at=incident.opened_at,
        peak_score=min(1.0, max(0.0, round(incident.peak_score, 4))),
        ended_at=incident.ended_at,
        acknowledged_at=incident.acknowledged_at,
        resolved_at=incident.resolved_at,
        outcome=incident.outcome,
        escalated_at=incident.escalated_at,
        snapshot_at=incident.snapshot_at if incident.has_snapshot else None,
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
