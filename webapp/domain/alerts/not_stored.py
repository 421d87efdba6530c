"""Alerts that could not be stored yet, and why: what staff are shown while the database cannot be written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from webapp.domain.alerts.decisions import AlertDecision
from webapp.domain.alerts.rules import AlertLevel
from webapp.domain.cameras.cameras import Camera
from webapp.domain.site.storage_faults import StorageFault
from webapp.domain.vision.emotions import Emotion


@dataclass(frozen=True)
class UnstoredAlert:
    """An alert that is no incident yet: what is needed to go there, and no picture.

    Camera and `started_at` are those of the incident that it will be.
    """

    camera_id: int
    camera: str
    emotion: Emotion
    level: AlertLevel
    started_at: datetime
    opened_at: datetime
    ended_at: datetime | None = None

    @classmethod
    def of(cls, camera: Camera, decision: AlertDecision, ended_at: datetime | None) -> Self:
        """Return what the decision to open an incident says, and when that ended, if it did."""
        level, started_at = decision.level, decision.started_at
        return cls(camera.camera_id, camera.name, decision.emotion, level, started_at, decision.at, ended_at)


@dataclass(frozen=True)
class StorageState:
    """Whether things can be stored.

    Attributes:
        fault: why they cannot; None while they can.
        alerts: what waits, oldest first.
    """

    fault: StorageFault | None = None
    alerts: Sequence[UnstoredAlert] = ()
