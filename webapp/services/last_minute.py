"""Remembers for a minute what was to be seen on the cameras; only in memory, and gone with its process."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from webapp.domain.alert_rules import AlertLevel
from webapp.domain.last_minute import MINUTE, FaceLook, LastMinute, Look, last_minute
from webapp.services.live import FaceSeen, LiveFrame

_STEP = timedelta(seconds=0.45)


@dataclass
class LastMinutes:
    """The samples of the last minute, about two a second and camera."""

    _looks: dict[int, deque[Look]] = field(default_factory=dict)

    def note(self, frame: LiveFrame) -> None:
        """Take in a camera's newest frame; one that comes too soon after the last is left out."""
        looks = self._looks.setdefault(frame.camera_id, deque())
        if looks and not looks[-1].at + _STEP <= frame.captured_at:
            if looks[-1].at > frame.captured_at:  # The clock was set back: what was before is of another time.
                looks.clear()
            return
        looks.append(Look(frame.captured_at, tuple(_look_of(face) for face in frame.faces)))
        while looks[0].at < frame.captured_at - MINUTE:
            looks.popleft()

    def of(self, camera_id: int, now: datetime) -> LastMinute:
        """Return a camera's last minute."""
        return last_minute(tuple(self._looks.get(camera_id, ())), now)


def _look_of(face: FaceSeen) -> FaceLook:
    """Return a face as it was shown: one that alerts looks as it alerts, whatever else it may look like."""
    if face.alerting:
        level = AlertLevel(face.level) if face.level else None
        return FaceLook(face.track_id, face.alert_emotion or face.emotion, None, True, level)
    return FaceLook(face.track_id, face.emotion, face.confidence, False)
