"""What happened while someone was away from the dashboard, in a few lines; pure, from the event log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from webapp.domain.cameras.cameras import CameraState, StateReason
from webapp.domain.events import Event, EventKind

_TAKEN = (EventKind.INCIDENT_ACKNOWLEDGED, EventKind.INCIDENT_RESOLVED)
_UNDONE = (EventKind.INCIDENT_UNACKNOWLEDGED, EventKind.INCIDENT_REOPENED)
_TOLD = (
    EventKind.INCIDENT_OPENED,
    EventKind.INCIDENT_ESCALATED,
    EventKind.INCIDENT_CORRECTED,
    *_TAKEN,
    *_UNDONE,
)


@dataclass(frozen=True)
class IncidentNews:
    """What became of one incident meanwhile.

    Attributes:
        incident_id: which.
        camera: the name of the camera that saw it.
        opened_at: when the alert went out.
        is_new: whether that was meanwhile.
        state: the one at the end.
        taken_by: who takes or took care of it.
        outcome: how it ended; None while it is open.
        is_never_acknowledged: whether it was resolved and nobody had taken it before.
        is_with_managers: whether nobody took it in time.
    """

    incident_id: int
    camera: str
    opened_at: str
    is_new: bool
    state: str
    taken_by: str | None
    outcome: str | None
    is_never_acknowledged: bool
    is_with_managers: bool


@dataclass(frozen=True)
class CameraNews:
    """A camera that sent no pictures for a time.

    Attributes:
        camera_id: which.
        camera: its name.
        offline_at: when its pictures first stopped.
        reason: why, the last time; None where nothing is known of it.
        times: how often they stopped.
        back_at: when they came back; None where they did not.
        unstable_at: since when its connection came and went; None where it did not.
        minutes: within how many it went away so often, where it is unstable.
    """

    camera_id: int
    camera: str
    offline_at: datetime
    reason: StateReason | None
    times: int = 1
    back_at: datetime | None = None
    unstable_at: datetime | None = None
    minutes: int = 0

    def now(self, reason: StateReason | None) -> "CameraNews":
        """Return it with the figures of this moment: while a camera is unstable no event says them."""
        if self.unstable_at is None or self.back_at is not None or reason is None or not reason.is_unstable:
            return self
        return replace(self, times=int(reason.values["times"]), minutes=int(reason.values["minutes"]))


@dataclass(frozen=True)
class Handover:
    """What someone finds who comes back; both lists are newest first and empty where nothing happened."""

    incidents: Sequence[IncidentNews] = ()
    cameras: Sequence[CameraNews] = ()


def hand_over(events: Iterable[Event], to: str) -> Handover:
    """Return what a person has not seen yet.

    Args:
        events: what was written into the log since they looked, oldest first.
        to: their name; what they did themselves, on another device perhaps, is no news to them.
    """
    incidents: dict[int, IncidentNews] = {}
    cameras: dict[int, CameraNews] = {}
    news: set[int] = set()
    for event in events:
        if event.payload.get("is_test"):
            continue
        if event.kind in _TOLD and event.incident_id is not None:
            incidents[event.incident_id] = _told(incidents.get(event.incident_id), event)
            if event.actor != to:
                news.add(event.incident_id)
        elif event.kind is EventKind.CAMERA_STATE_CHANGED:
            _follow(cameras, event)
    found = [incidents[incident_id] for incident_id in sorted(news, reverse=True)]
    return Handover(found, sorted(cameras.values(), key=lambda camera: camera.offline_at, reverse=True))


def _told(before: IncidentNews | None, event: Event) -> IncidentNews:
    payload = event.payload
    return IncidentNews(
        incident_id=event.incident_id or 0,
        camera=payload["camera"],
        opened_at=payload["opened_at"],
        is_new=event.kind is EventKind.INCIDENT_OPENED or (before is not None and before.is_new),
        state=payload["state"],
        taken_by=payload["resolved_by"] or payload["acknowledged_by"],
        outcome=payload["outcome"],
        is_never_acknowledged=bool(payload.get("never_acknowledged")),  # Older events do not say it.
        is_with_managers=payload.get("escalated_at") is not None,
    )


def _follow(cameras: dict[int, CameraNews], event: Event) -> None:
    camera_id, state = event.payload["camera_id"], event.payload["state"]
    known, reason = cameras.get(camera_id), StateReason.from_stored(event.payload["reason"])
    if state == CameraState.OFFLINE or (reason is not None and reason.is_unstable):
        cameras[camera_id] = _gone(known, event, reason)
    elif CameraState(state).is_connected and known is not None:
        times = event.payload.get("outages") or known.times
        cameras[camera_id] = replace(known, back_at=event.at, times=times)
    elif state == CameraState.DISABLED:
        cameras.pop(camera_id, None)  # Someone switched it off: that is no failure.


def _gone(known: CameraNews | None, event: Event, reason: StateReason | None) -> CameraNews:
    news = known or CameraNews(event.payload["camera_id"], event.payload["camera"], event.at, reason, times=0)
    is_unstable = reason is not None and reason.is_unstable
    if is_unstable or news.back_at is None:
        news = replace(news, times=news.times or 1)
    else:
        news = replace(news, times=news.times + 1)
    news = replace(news, reason=reason, back_at=None)
    return replace(news, unstable_at=news.unstable_at or event.at).now(reason) if is_unstable else news
