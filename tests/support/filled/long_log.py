"""Thousands of incidents at once: written as rows, because raising each one alone would take minutes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert

from webapp.domain.cameras.cameras import Camera
from webapp.storage.db.facets import note_all_facets
from webapp.storage.db.tables import IncidentRow

LONG_LOG = 5000
_OUTCOMES = ("recovered", "false_alarm", "escalated", "no_action")
_PEOPLE = ("alice", "bob")
_NOTES = (
    "Offered a quieter room.",
    "The bill was wrong; put right at once.",
    "",
    "Apologised for the wait at the lift.",
)


def add_long_log(engine: Engine, cameras: Sequence[Camera], count: int = LONG_LOG) -> None:
    """Write settled incidents of the past months, the newest last."""
    newest = datetime.now(UTC) - timedelta(hours=1)
    rows = [_row(number, cameras[number % len(cameras)], newest, count) for number in range(count)]
    with engine.begin() as connection:
        connection.execute(insert(IncidentRow), rows)
        note_all_facets(connection)


def _row(number: int, camera: Camera, newest: datetime, count: int) -> dict[str, Any]:
    opened_at = newest - timedelta(minutes=23 * (count - number))
    person, note = _PEOPLE[number % 2], _NOTES[number % len(_NOTES)]
    return {
        "camera_id": camera.camera_id,
        "camera_name": camera.name,
        "track_id": number,
        "emotion": "angry",
        "state": "resolved",
        "started_at": opened_at - timedelta(seconds=2),
        "opened_at": opened_at,
        "ended_at": opened_at + timedelta(seconds=9),
        "peak_score": 0.5 + number % 50 / 100,
        "acknowledged_at": opened_at + timedelta(seconds=30),
        "acknowledged_by": person,
        "resolved_at": opened_at + timedelta(minutes=4),
        "resolved_by": person,
        "outcome": _OUTCOMES[number % 4],
        "note": note,
        "note_key": note.casefold(),
    }
