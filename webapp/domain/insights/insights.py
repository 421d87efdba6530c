"""What the incidents of some days have in common: counted, never guessed. Days and hours are the reader's own."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from webapp.domain.alerts.incidents import Outcome
from webapp.domain.insights.scores import SeenQuarter
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
    figures: Sequence[IncidentFigures], seen: Iterable[SeenQuarter], zone: ZoneInfo, first: date, last: date
) -> Insights:
    """Count.

    Args:
        figures: the incidents of the range.
        seen: what faces showed in it.
        zone: the reader's time zone.
        first: the first day of the range, in that zone.
        last: its last day, included.
    """
    return Insights(
        total=len(figures),
        by_weekday_and_hour=_by_weekday_and_hour(figures, zone),
        by_day=_by_day(figures, zone, first, last),
        by_camera=_by_camera(figures),
        acknowledged=waiting(one.acknowledged_after_s for one in figures),
        resolved=waiting(one.resolved_after_s for one in figures),
        never_acknowledged=sum(one.was_never_acknowledged for one in figures),
        waiting=sum(one.is_waiting for one in figures),
        by_outcome=dict(Counter(one.outcome for one in figures)),
        seen_minutes_by_hour=_seen_by_hour(seen, zone),
    )


def waiting(seconds: Iterable[float | None]) -> Waiting:
    """Return how long it took, leaving out what never happened."""
    known = sorted(value for value in seconds if value is not None)
    return Waiting(len(known), _percentile(known, 0.50), _percentile(known, 0.95))


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the value below which a share of the others lies, between two neighbours where it has to be."""
    if not ordered:
        return None
    position = (len(ordered) - 1) * share
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def _by_weekday_and_hour(figures: Iterable[IncidentFigures], zone: ZoneInfo) -> list[list[int]]:
    local = (one.opened_at.astimezone(zone) for one in figures)
    counts = Counter((at.weekday(), at.hour) for at in local)
    return [[counts[weekday, hour] for hour in range(24)] for weekday in range(7)]


def _by_day(figures: Iterable[IncidentFigures], zone: ZoneInfo, first: date, last: date) -> list[tuple[date, int]]:
    counts = Counter(one.opened_at.astimezone(zone).date() for one in figures)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [(day, counts[day]) for day in days]


def _by_camera(figures: Sequence[IncidentFigures]) -> list[CameraFigures]:
    by_name: dict[str, list[IncidentFigures]] = {}
    for one in figures:
        by_name.setdefault(one.camera_name, []).append(one)
    cameras = [_camera_figures(name, of_camera) for name, of_camera in by_name.items()]
    return sorted(cameras, key=lambda camera: (-camera.incidents, camera.name))


def _camera_figures(name: str, figures: Sequence[IncidentFigures]) -> CameraFigures:
    judged = [one for one in figures if one.outcome]
    return CameraFigures(
        name,
        len(figures),
        len(judged),
        sum(one.outcome is Outcome.FALSE_ALARM for one in judged),
        waiting(one.acknowledged_after_s for one in figures),
        waiting(one.resolved_after_s for one in figures),
        sum(one.was_never_acknowledged for one in figures),
        sum(one.is_waiting for one in figures),
    )


def _seen_by_hour(seen: Iterable[SeenQuarter], zone: ZoneInfo) -> list[list[float]]:
    minutes = [[0.0] * len(EMOTIONS) for _ in range(24)]
    for quarter in seen:
        hour = minutes[quarter.began_at.astimezone(zone).hour]
        for index, count in enumerate(quarter.counts):
            hour[index] += count / _MOMENTS_PER_MINUTE
    return minutes
