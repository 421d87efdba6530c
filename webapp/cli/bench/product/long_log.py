"""A log of as many incidents as wanted, written as rows: to raise each one would take days."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from webapp.domain.cameras.cameras import Camera
from webapp.settings import Settings

_BATCH = 20_000
_OVER = timedelta(days=730)
_EMOTIONS = ("angry", "angry", "angry", "disgust")
_OUTCOMES = ("recovered", "false_alarm", "escalated", "no_action", "recovered")
_PEOPLE = ("alice", "bob", "carol")
_NOTES = (
    "Offered a quieter room.",
    "The bill was wrong; put right at once.",
    "",
    "Apologised for the wait at the lift.",
)


def write_long_log(settings: Settings, cameras: Sequence[Camera], count: int) -> None:
    """Write resolved incidents of the last two years.

    Args:
        settings: of an installation that is there and does not run.
        cameras: whose incidents.
        count: how many.
    """
    from sqlalchemy import insert

    from webapp.storage.db.engine import open_engine
    from webapp.storage.db.facets import note_all_facets
    from webapp.storage.db.tables import IncidentRow

    engine = open_engine(settings.sqlalchemy_url)
    with engine.begin() as connection:
        for batch in _batches(cameras, count):
            connection.execute(insert(IncidentRow), batch)
        note_all_facets(connection)
    engine.dispose()


def _batches(cameras: Sequence[Camera], count: int) -> Iterator[list[dict[str, Any]]]:
    began_at = datetime.now(UTC) - _OVER
    for first in range(0, count, _BATCH):
        numbers = range(first, min(first + _BATCH, count))
        yield [
            _row(number, cameras[number * 7 % len(cameras)], began_at + _OVER * (number / count)) for number in numbers
        ]


def _row(number: int, camera: Camera, opened_at: datetime) -> dict[str, Any]:
    # The lists have lengths that go into each other as little as may be: any two filters leave something.
    person, note = _PEOPLE[number % 3], _NOTES[number // 5 % 4]
    return {
        "camera_id": camera.camera_id,
        "camera_name": camera.name,
        "track_id": number,
        "emotion": _EMOTIONS[number // 3 % 4],
        "state": "resolved",
        "started_at": opened_at - timedelta(seconds=2),
        "opened_at": opened_at,
        "ended_at": opened_at + timedelta(seconds=9),
        "peak_score": 0.5 + number % 50 / 100,
        "acknowledged_at": opened_at + timedelta(seconds=30),
        "acknowledged_by": person,
        "resolved_at": opened_at + timedelta(minutes=4),
        "resolved_by": person,
        "outcome": _OUTCOMES[number // 2 % 5],
        "note": note,
        "note_key": note.casefold(),
    }
