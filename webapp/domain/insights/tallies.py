"""Incidents added up: what the figures of any days are made of, without looking at each incident again.

A tally of one camera's day takes a few hundred numbers, however many incidents it sums up. Times are those of quarters
of an hour, as numbers since 1970: every time zone's days and hours are made of them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from webapp.domain.alerts.incidents import Outcome

if TYPE_CHECKING:
    from webapp.domain.insights.insights import IncidentFigures

_EPOCH, _QUARTER = datetime(1970, 1, 1, tzinfo=UTC), timedelta(minutes=15)


@dataclass(frozen=True)
class Tally:
    """Incidents of one camera, added up.

    Attributes:
        camera_name: as it was called when they happened.
        quarters: number of a quarter of an hour since 1970 → incidents in it.
        outcomes: how they ended, None for those not resolved → how many.
        acknowledged: whole seconds until someone took it → how many.
        resolved: whole seconds until it was resolved → how many.
        never_acknowledged: resolved without that anybody had taken them.
        waiting: neither taken nor resolved.
    """

    camera_name: str
    quarters: Counter[int] = field(default_factory=Counter)
    outcomes: Counter[Outcome | None] = field(default_factory=Counter)
    acknowledged: Counter[float] = field(default_factory=Counter)
    resolved: Counter[float] = field(default_factory=Counter)
    never_acknowledged: int = 0
    waiting: int = 0

    @property
    def incidents(self) -> int:
        """How many they are."""
        return self.outcomes.total()


def tally(camera_name: str, figures: Iterable["IncidentFigures"]) -> Tally:
    """Add up the incidents of one camera."""
    kept = list(figures)
    return Tally(
        camera_name,
        Counter(_quarter_of(one.opened_at) for one in kept),
        Counter(one.outcome for one in kept),
        Counter(round(after_s) for one in kept if (after_s := one.acknowledged_after_s) is not None),
        Counter(round(after_s) for one in kept if (after_s := one.resolved_after_s) is not None),
        sum(one.was_never_acknowledged for one in kept),
        sum(one.is_waiting for one in kept),
    )


def tallies_by_camera(figures: Iterable["IncidentFigures"]) -> list[Tally]:
    """Add up the incidents of each camera."""
    by_name: dict[str, list[IncidentFigures]] = {}
    for one in figures:
        by_name.setdefault(one.camera_name, []).append(one)
    return [tally(name, of_camera) for name, of_camera in by_name.items()]


def joined(camera_name: str, tallies: Iterable[Tally]) -> Tally:
    """Add up tallies, but for their quarters; see `quarters_of`."""
    outcomes: Counter[Outcome | None] = Counter()
    acknowledged: Counter[float] = Counter()
    resolved: Counter[float] = Counter()
    never = waiting = 0
    for one in tallies:
        _add(outcomes, one.outcomes)
        _add(acknowledged, one.acknowledged)
        _add(resolved, one.resolved)
        never += one.never_acknowledged
        waiting += one.waiting
    return Tally(camera_name, Counter(), outcomes, acknowledged, resolved, never, waiting)


def quarters_of(tallies: Iterable[Tally]) -> list[tuple[datetime, int]]:
    """Return when each quarter of an hour with incidents began, and how many those are in all."""
    counts: Counter[int] = Counter()
    for one in tallies:
        _add(counts, one.quarters)
    return [(_EPOCH + number * _QUARTER, count) for number, count in counts.items()]


def percentile(counts: Mapping[float, int], share: float) -> float | None:
    """Return the value below which a share of the others lies, between two neighbours where it has to be."""
    total = sum(counts.values())
    if not total:
        return None
    position = (total - 1) * share
    below = int(position)
    seen, lower = 0, None
    for value, count in sorted(counts.items()):
        seen += count
        if lower is None and seen > below:
            lower = value
        if lower is not None and seen > min(below + 1, total - 1):
            return lower + (value - lower) * (position - below)
    return lower


def _add(counts: Counter[Any], more: Mapping[Any, int]) -> None:
    get = counts.get
    for value, count in more.items():
        counts[value] = get(value, 0) + count


def _quarter_of(at: datetime) -> int:
    return (at - _EPOCH) // _QUARTER
