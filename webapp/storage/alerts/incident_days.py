"""The incidents of past days, added up once; what is not added up is read as it is, so that figures are always right.

A day is one in UTC.
"""

import struct
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.alerts.incidents import Outcome
from webapp.domain.insights.insights import IncidentFigures
from webapp.domain.insights.tallies import Tally, tally
from webapp.services.ports import IncidentFilter
from webapp.storage.alerts.incident_log import IncidentLog
from webapp.storage.db.camera_groups import cameras_in
from webapp.storage.db.expression_tables import IncidentDayRow
from webapp.storage.db.tables import IncidentRow

_DAY = timedelta(days=1)
_COUNTED = (
    "camera_name", "opened_at", "acknowledged_at", "resolved_at", "outcome", "waits_again_at", "resolved_for_s",
)  # fmt: skip
_ENDS = (None, Outcome.RECOVERED, Outcome.FALSE_ALARM, Outcome.ESCALATED, Outcome.NO_ACTION)
_OUTCOMES: dict[str | None, Outcome | None] = {None: None, **{outcome.value: outcome for outcome in Outcome}}


@dataclass(frozen=True)
class IncidentDays:
    """Figures of incidents, within one transaction."""

    session: Session

    def figures(self, wanted: IncidentFilter) -> list[IncidentFigures]:
        """Return what is counted of each incident, oldest first."""
        query = select(*(getattr(IncidentRow, column) for column in _COUNTED))
        counted = IncidentLog(self.session, replace(wanted, with_tests=False)).narrowed(query)
        rows = self.session.execute(counted.order_by(IncidentRow.opened_at))
        return [_figures(row) for row in map(dict, rows.mappings())]

    def summed(self, wanted: IncidentFilter) -> tuple[list[Tally], list[IncidentFilter]]:
        """Return the days that are added up, and what is left to be looked at one by one."""
        begin, end = wanted.opened_from, wanted.opened_before
        if begin is None or end is None:
            return [], [wanted]
        row = IncidentDayRow
        within = (row.began_at >= begin, row.began_at <= end - _DAY)
        known = self.session.scalars(select(row.began_at).where(*within, row.camera_name == "").order_by(row.began_at))
        left = _between(begin, end, known.all())
        query = select(row.camera_name, row.content).where(*within, row.camera_name != "")
        if wanted.camera_id is not None:
            query = query.where(row.camera_id == wanted.camera_id)
        if wanted.group:
            query = query.where(row.camera_id.in_(cameras_in(wanted.group)))
        tallies = [_unpacked(*found) for found in self.session.execute(query)]
        return tallies, [replace(wanted, opened_from=first, opened_before=last) for first, last in left]

    def add_up_next(self, before: datetime) -> bool:
        """Add up the newest day that is not yet; return whether there was one.

        Nothing changes an incident meanwhile: there is one writer at a time.

        Args:
            before: days that end later are left for later.
        """
        day = self._next_day(before)
        if day is None:
            return False
        of_day = IncidentFilter(opened_from=day, opened_before=day + _DAY, with_tests=False)
        columns = (IncidentRow.camera_id, *(getattr(IncidentRow, column) for column in _COUNTED))
        rows = self.session.execute(IncidentLog(self.session, of_day).narrowed(select(*columns)))
        by_camera: dict[tuple[int | None, str], list[IncidentFigures]] = {}
        for camera_id, *values in rows:
            figures = _figures(dict(zip(_COUNTED, values, strict=True)))
            by_camera.setdefault((camera_id, figures.camera_name), []).append(figures)
        self.session.add(IncidentDayRow(began_at=day, camera_id=None, camera_name="", content=b""))
        for (camera_id, name), of_camera in by_camera.items():
            content = _packed(tally(name, of_camera))
            self.session.add(IncidentDayRow(began_at=day, camera_id=camera_id, camera_name=name, content=content))
        self.session.flush()
        return True

    def _next_day(self, before: datetime) -> datetime | None:
        oldest = self.session.scalar(select(func.min(IncidentRow.opened_at)))
        if oldest is None:
            return None
        marks = select(IncidentDayRow.began_at).where(IncidentDayRow.camera_name == "")
        known, first = set(self.session.scalars(marks)), _midnight(oldest)
        day = _midnight(before) - _DAY
        while day >= first and day in known:
            day -= _DAY
        return day if day >= first else None


def _figures(row: dict[str, Any]) -> IncidentFigures:
    return IncidentFigures(**row | {"outcome": _OUTCOMES[row["outcome"]]})


def _between(begin: datetime, end: datetime, days: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """Return the stretches of a time that no day of some covers."""
    left = []
    for day in days:
        if day > begin:
            left.append((begin, day))
        begin = day + _DAY
    return [*left, (begin, end)] if begin < end else left


def _packed(one: Tally) -> bytes:
    """Pack a tally as whole numbers: two counts, those of the outcomes, and three lists with their lengths before."""
    numbers = [one.never_acknowledged, one.waiting, *(one.outcomes[outcome] for outcome in _ENDS)]
    for counts in (one.quarters, one.acknowledged, one.resolved):
        numbers += [len(counts), *counts.keys(), *counts.values()]
    return struct.pack(f"<{len(numbers)}i", *numbers)


def _unpacked(camera_name: str, content: bytes) -> Tally:
    numbers = struct.unpack(f"<{len(content) // 4}i", content)
    never, waiting, *ends = numbers[: 2 + len(_ENDS)]
    lists, begin = [], 2 + len(_ENDS)
    for _ in range(3):
        count = numbers[begin]
        middle, end = begin + 1 + count, begin + 1 + 2 * count
        lists.append(dict(zip(numbers[begin + 1 : middle], numbers[middle:end], strict=True)))
        begin = end
    quarters, acknowledged, resolved = lists
    outcomes = {outcome: count for outcome, count in zip(_ENDS, ends, strict=True) if count}
    return Tally(
        camera_name, Counter(quarters), Counter(outcomes), Counter(acknowledged), Counter(resolved), never, waiting
    )


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(UTC).date(), time(), UTC)
