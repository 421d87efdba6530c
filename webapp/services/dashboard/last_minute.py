"""Remembers for a minute what was to be seen on the cameras; only in memory, and gone with its process."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.insights.last_minute import MINUTE, FaceObservation, FrameObservation, LastMinute, last_minute
from webapp.services.dashboard.live_frames import FaceSeen, LiveFrame

_STEP = timedelta(seconds=0.45)


@dataclass
class LastMinutes:
    """The samples of the last minute, about two a second and camera."""

    _observations: dict[int, deque[FrameObservation]] = field(default_factory=dict)

    def note(self, frame: LiveFrame) -> None:
        """Take in a camera's newest frame; one that comes too soon after the last is left out."""
        observations = self._observations.setdefault(frame.camera_id, deque())
        if observations and not observations[-1].at + _STEP <= frame.captured_at:
            if observations[-1].at > frame.captured_at:  # The clock was set back: what was before is of another time.
                observations.clear()
            return
        observations.append(FrameObservation(frame.captured_at, tuple(_observation_of(face) for face in frame.faces)))
        while observations[0].at < frame.captured_at - MINUTE:
            observations.popleft()

    def of(self, camera_id: int, now: datetime) -> LastMinute:
        """Return a camera's last minute."""
        return last_minute(tuple(self._observations.get(camera_id, ())), now)


def _observation_of(face: FaceSeen) -> FaceObservation:
    """Return a face as it was shown: one that alerts looks as it alerts, whatever else it may look like."""
    if face.alerting:
        level = AlertLevel(face.level) if face.level else None
        return FaceObservation(face.track_id, face.alert_emotion or face.emotion, None, True, level)
    return FaceObservation(face.track_id, face.emotion, face.confidence, False)
