"""The incident log for a spreadsheet."""

import csv
import io
from collections.abc import Iterator

from webapp.domain.incidents import Incident
from webapp.services.incidents import incident_payload
from webapp.services.ports import IncidentFilter, UnitOfWorkFactory

CSV_FIELDS = (
    "incident_id", "camera", "emotion", "state", "outcome", "started_at", "opened_at", "ended_at", "duration_s",
    "peak_score", "acknowledged_by", "acknowledged_at", "resolved_by", "resolved_at", "note",
)  # fmt: skip
_BATCH = 500


def incidents_csv(unit_of_work: UnitOfWorkFactory, wanted: IncidentFilter) -> Iterator[str]:
    """Yield the matching incidents as CSV lines, newest first; batches keep a year's log out of the memory."""
    yield _csv_line(CSV_FIELDS)
    offset = 0
    while True:
        with unit_of_work() as work:
            batch = work.incidents.search(wanted, limit=_BATCH, offset=offset)
        yield from (_incident_line(incident) for incident in batch)
        if len(batch) < _BATCH:
            return
        offset += _BATCH


def _incident_line(incident: Incident) -> str:
    payload = incident_payload(incident)
    return _csv_line(tuple(_safe_cell(payload[name]) for name in CSV_FIELDS))


def _safe_cell(value: object) -> str:
    """Return a cell's text; one that a spreadsheet would run as a formula is quoted (OWASP, CSV injection)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _csv_line(cells: tuple[str, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
