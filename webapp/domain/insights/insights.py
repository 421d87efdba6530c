"""What the incidents of some days have in common: counted, never guessed. Days and hours are the reader's own."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from webapp.domain.alerts.incidents import Outcome
from webapp.domain.insights.scores import SeenQuarter
from webapp.domain.insights.tallies import Tally, joined, percentile, quarters_of, tallies_by_camera
from webapp.domain.vision.emotions import EMOTIONS

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Faces are stored twice a second.
_MOMENTS_PER_MINUTE = 120


@dataclass(frozen=True)
class IncidentFigures:
    """What is counted of one incident; see `Incident` for what each field means."""

    camera_name: str
    opened_at: datetime
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    outcome: Outcome | None = None
    waits_again_at: datetime | None = None
    resolved_for_s: float = 0.0

    @property
    def acknowledged_after_s(self) -> float | None:
        """Seconds until someone took it, from the alert or from when it was reopened without having been taken."""
        waits_since_at = self.waits_again_at or self.opened_at
        return (self.acknowledged_at - waits_since_at).total_seconds() if self.acknowledged_at else None

    @property
    def resolved_after_s(self) -> float | None:
        """Seconds from the alert until it was resolved, without those for which it lay resolved before."""
        return (self.resolved_at - self.opened_at).total_seconds() - self.resolved_for_s if self.resolved_at else None

    @property
    def was_never_acknowledged(self) -> bool:
        """Whether it was resolved and nobody had taken it before."""
        return self.resolved_at is not None and self.acknowledged_at is None

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has taken or resolved it."""
        return self.resolved_at is None and self.acknowledged_at is None


@dataclass(frozen=True)
class Waiting:
    """How long something took.

    Attributes:
        count: how many there are.
        p50_s: seconds in which half of them were done; None for none.
        p95_s: seconds in which 95 of 100 were.
    """

    count: int
    p50_s: float | None
    p95_s: float | None


@dataclass(frozen=True)
class CameraFigures:
    """One camera's incidents.

    Attributes:
        name: as it was called when they happened.
        incidents: how many.
        judged: of them with an outcome.
        false_alarms: of the judged.
        acknowledged: how long until someone took them.
        resolved: how long until they were resolved.
        never_acknowledged: resolved without that anybody had taken them.
        waiting: neither taken nor resolved.
    """

    name: str
    incidents: int
    judged: int
    false_alarms: int
    acknowledged: Waiting
    resolved: Waiting
    never_acknowledged: int
    waiting: int

    @property
    def false_alarm_rate(self) -> float | None:
        """The share of false alarms among the judged, in [0, 1]; None where nothing was judged."""
        return self.false_alarms / self.judged if self.judged else None


@dataclass(frozen=True)
class Insights:
    """The figures behind the charts.

    Attributes:
        total: incidents in all.
        by_weekday_and_hour: seven days from Monday of twenty-four hours.
        by_day: every day of the range, also those without incidents.
        by_camera: most incidents first.
        acknowledged: over all cameras.
        resolved: over all cameras.
        never_acknowledged: resolved without that anybody had taken them.
        waiting: neither taken nor resolved.
        by_outcome: how many ended how; None for those not resolved.
        seen_minutes_by_hour: twenty-four hours, in each the minutes of faces by emotion, in the order of `EMOTIONS`.
    """

    total: int
    by_weekday_and_hour: Sequence[Sequence[int]]
    by_day: Sequence[tuple[date, int]]
    by_camera: Sequence[CameraFigures]
    acknowledged: Waiting
    resolved: Waiting
    never_acknowledged: int
    waiting: int
    by_outcome: dict[Outcome | None, int]
    seen_minutes_by_hour: Sequence[Sequence[float]]

    @property
    def seen_minutes(self) -> float:
        """Minutes of faces in all."""
        return sum(map(sum, self.seen_minutes_by_hour))


def count_insights(
    figures: Iterable[IncidentFigures],
    seen: Iterable[SeenQuarter],
    zone: ZoneInfo,
    first: date,
    last: date,
    summed: Iterable[Tally] = (),
) -> Insights:
    """Count.

    Args:
        figures: incidents of the range.
        seen: what faces showed in it.
        zone: the reader's time zone.
        first: the first day of the range, in that zone.
        last: its last day, included.
        summed: the other incidents of the range, added up.
    """
    tallies, by_name = [*summed, *tallies_by_camera(figures)], dict[str, list[Tally]]()
    for one in tallies:
        by_name.setdefault(one.camera_name, []).append(one)
    cameras = [joined(name, of_camera) for name, of_camera in by_name.items()]
    every = joined("", cameras)
    local = [(began_at.astimezone(zone), count) for began_at, count in quarters_of(tallies)]
    return Insights(
        total=every.incidents,
        by_weekday_and_hour=_by_weekday_and_hour(local),
        by_day=_by_day(local, first, last),
        by_camera=sorted(map(_camera_figures, cameras), key=lambda camera: (-camera.incidents, camera.name)),
        acknowledged=_waiting(every.acknowledged),
        resolved=_waiting(every.resolved),
        never_acknowledged=every.never_acknowledged,
        waiting=every.waiting,
        by_outcome=dict(every.outcomes),
        seen_minutes_by_hour=_seen_by_hour(seen, zone),
    )


def waiting(seconds: Iterable[float | None]) -> Waiting:
    """Return how long it took, leaving out what never happened."""
    return _waiting(Counter(value for value in seconds if value is not None))


def _waiting(counts: Counter[float]) -> Waiting:
    return Waiting(counts.total(), percentile(counts, 0.50), percentile(counts, 0.95))


def _by_weekday_and_hour(local: Iterable[tuple[datetime, int]]) -> list[list[int]]:
    counts = [[0] * 24 for _ in range(7)]
    for at, count in local:
        counts[at.weekday()][at.hour] += count
    return counts


def _by_day(local: Iterable[tuple[datetime, int]], first: date, last: date) -> list[tuple[date, int]]:
    counts: Counter[date] = Counter()
    for at, count in local:
        counts[at.date()] += count
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [(day, counts[day]) for day in days]


def _camera_figures(camera: Tally) -> CameraFigures:
    return CameraFigures(
        camera.camera_name,
        camera.incidents,
        camera.incidents - camera.outcomes[None],
        camera.outcomes[Outcome.FALSE_ALARM],
        _waiting(camera.acknowledged),
        _waiting(camera.resolved),
        camera.never_acknowledged,
        camera.waiting,
    )


def _seen_by_hour(seen: Iterable[SeenQuarter], zone: ZoneInfo) -> list[list[float]]:
    minutes = [[0.0] * len(EMOTIONS) for _ in range(24)]
    for quarter in seen:
        hour = minutes[quarter.began_at.astimezone(zone).hour]
        for index, count in enumerate(quarter.counts):
            hour[index] += count / _MOMENTS_PER_MINUTE
    return minutes
