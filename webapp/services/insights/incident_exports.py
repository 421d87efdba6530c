"""The incident log for a spreadsheet, or for another program."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from webapp.domain.alerts.incidents import Incident
from webapp.services.alerts.incidents import incident_payload
from webapp.services.ports import NEWEST_FIRST, IncidentFilter, IncidentKey, IncidentOrder, UnitOfWorkFactory

CSV_FIELDS = (
    "incident_id", "camera", "emotion", "state", "outcome", "started_at", "opened_at", "ended_at", "duration_s",
    "peak_score", "acknowledged_by", "acknowledged_at", "resolved_by", "resolved_at", "note", "never_acknowledged",
    "is_test",
)  # fmt: skip
_BATCH = 500
# As fine as times are stored.
_TICK = timedelta(microseconds=1)
# What spreadsheets run as a formula, also behind white space; the last four are what a keyboard for Japanese writes.
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True)
class SpreadsheetForm:
    """How a spreadsheet of somebody's language reads a file.

    Attributes:
        zone: on whose clocks times are written.
        separator: between cells.
        decimal_mark: in numbers.
    """

    zone: tzinfo = UTC
    separator: str = ","
    decimal_mark: str = "."

    def cell(self, value: object) -> str:
        """Return a cell's text; one that would be run as a formula is quoted (OWASP, CSV injection)."""
        if isinstance(value, datetime):
            return f"{value.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"
        if isinstance(value, float):
            return str(value + 0.0).replace(".", self.decimal_mark)  # No zero has a sign then.
        text = "" if value is None else str(value)
        return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_BEGINS) else text

    def line(self, cells: Iterable[object]) -> str:
        """Return a line of the file."""
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=self.separator).writerow(map(self.cell, cells))
        return buffer.getvalue()


@dataclass(frozen=True)
class ReportService:
    """The use cases around the log as a file."""

    unit_of_work: UnitOfWorkFactory

    def csv(
        self, wanted: IncidentFilter, order: IncidentOrder = NEWEST_FIRST, form: SpreadsheetForm = SpreadsheetForm()
    ) -> Iterator[str]:
        """Yield the matching incidents as CSV lines."""
        yield form.line(CSV_FIELDS)
        for incident in self._found(wanted, order):
            yield form.line(_cells(incident))

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
            if order.key is not IncidentKey.OPENED:
                offset += _BATCH
                continue
            # By time a batch begins where the one before ended: the last is found as soon as the first.
            last_at = batch[-1].opened_at
            is_within = wanted.opened_before == last_at + _TICK if order.descending else wanted.opened_from == last_at
            offset = sum(one.opened_at == last_at for one in batch) + (offset if is_within else 0)
            wanted = (
                replace(wanted, opened_before=last_at + _TICK)
                if order.descending
                else replace(wanted, opened_from=last_at)
            )


def _cells(incident: Incident) -> Iterator[object]:
    """Yield what stands in a line; times as they are, all else as the API tells it."""
    payload = incident_payload(incident)
    return (getattr(incident, name) if name.endswith("_at") else payload[name] for name in CSV_FIELDS)
