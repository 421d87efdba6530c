"""The incident log for a spreadsheet, or for another program."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.domain.alerts.incidents import Incident
from webapp.services.alerts.incidents import incident_payload
from webapp.services.ports import NEWEST_FIRST, IncidentFilter, IncidentOrder, UnitOfWorkFactory

CSV_FIELDS = (
    "incident_id", "camera", "emotion", "state", "outcome", "started_at", "opened_at", "ended_at", "duration_s",
    "peak_score", "acknowledged_by", "acknowledged_at", "resolved_by", "resolved_at", "note",
)  # fmt: skip
_BATCH = 500


@dataclass(frozen=True)
class ReportService:
    """The use cases around the log as a file."""

    unit_of_work: UnitOfWorkFactory

    def csv(self, wanted: IncidentFilter, order: IncidentOrder = NEWEST_FIRST) -> Iterator[str]:
        """Yield the matching incidents as CSV lines."""
        yield _csv_line(CSV_FIELDS)
        for incident in self._found(wanted, order):
            yield _incident_line(incident)

    def json(self, wanted: IncidentFilter, order: IncidentOrder = NEWEST_FIRST) -> Iterator[str]:
        """Yield the matching incidents as the lines of one JSON list, each as the API tells it."""
        separator = "[\n"
        for incident in self._found(wanted, order):
            yield separator + json.dumps(incident_payload(incident), ensure_ascii=False)
            separator = ",\n"
        yield "\n]\n" if separator == ",\n" else "[]\n"

    def _found(self, wanted: IncidentFilter, order: IncidentOrder) -> Iterator[Incident]:
        """Yield incidents; batches keep a year's log out of the memory."""
        offset = 0
        while True:
            with self.unit_of_work.reading() as work:
                batch = work.incidents.search(wanted, limit=_BATCH, offset=offset, order=order)
            yield from batch
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
