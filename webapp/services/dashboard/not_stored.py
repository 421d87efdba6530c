"""What staff are shown while the database cannot be written, without asking it."""

from datetime import UTC, datetime
from typing import Any, Protocol

from webapp.domain.alerts.not_stored import StorageState, UnstoredAlert
from webapp.domain.alerts.wording import alert_message


class StorageWatch(Protocol):
    """Knows what the other processes could not store."""

    def state(self) -> StorageState:
        """Return how it is now, cheaply and without the database."""


def storage_payload(state: StorageState) -> dict[str, Any]:
    """Return the state as the sockets and the dashboard send it."""
    return {"fault": state.fault, "alerts": [_alert_payload(alert) for alert in state.alerts]}


def _alert_payload(alert: UnstoredAlert) -> dict[str, object]:
    return {
        "camera_id": alert.camera_id,
        "camera": alert.camera,
        "emotion": alert.emotion.value,
        "level": alert.level.value,
        "message": alert_message(alert.emotion, alert.camera),
        "started_at": _iso(alert.started_at),
        "opened_at": _iso(alert.opened_at),
        "ended_at": _iso(alert.ended_at) if alert.ended_at else None,
    }


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
